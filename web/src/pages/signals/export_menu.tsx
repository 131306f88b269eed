// Taking along what is looked at: the picture, its points, or the values of its time in any form.

import { Button, Popover } from '@mantine/core';
import { useState } from 'react';
import { ExportDialog, type ExportSource } from '../../components/export_dialog';
import { Icon } from '../../components/icons';
import { useWords } from '../../i18n';
import classes from './compare_card.module.css';

interface Props {
  source: ExportSource;
  onPicture: () => void;
  onSlices: () => void;
  drawn: boolean;
}

export function ExportMenu({ source, onPicture, onSlices, drawn }: Props) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  const [asking, setAsking] = useState(false);
  const choose = (act: () => void) => () => {
    setOpen(false);
    act();
  };
  return (
    <>
      <Popover opened={open} onChange={setOpen} position="bottom-end" shadow="md" trapFocus returnFocus width="min(22rem, calc(100vw - 2rem))">
        <Popover.Target>
          <Button variant="default" size="md" leftSection={<Icon name="download" size={18} />} onClick={() => setOpen(!open)}>
            {t('export.open')}
          </Button>
        </Popover.Target>
        <Popover.Dropdown p="xs" aria-label={t('export.open')}>
          <div className={classes.export}>
            <button type="button" disabled={!drawn} onClick={choose(onPicture)} data-export="png">
              <Icon name="download" />
              {t('export.png')}
              <small>{t('export.pngText')}</small>
            </button>
            <button type="button" disabled={!drawn} onClick={choose(onSlices)} data-export="slices">
              <Icon name="download" />
              {t('export.slices')}
              <small>{t('export.slicesText')}</small>
            </button>
            <button type="button" onClick={choose(() => setAsking(true))} data-export="values">
              <Icon name="download" />
              {t('export.values')}
              <small>{t('export.valuesText')}</small>
            </button>
          </div>
        </Popover.Dropdown>
      </Popover>
      <ExportDialog {...source} opened={asking} onClose={() => setAsking(false)} />
    </>
  );
}
