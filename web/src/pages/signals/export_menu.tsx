// Taking along what is looked at: the picture, its points, or every raw value of its time.

import { Button, Popover } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { Icon } from '../../components/icons';
import { ProgressNote } from '../../components/progress_note';
import { toastDone, toastFailed } from '../../components/undo_toast';
import { useWords } from '../../i18n';
import { formatNumber } from '../../time/format';
import type { View } from '../../timeline/view';
import { fileName } from './csv';
import { download } from './download';
import { exportRowsMax, rawCsv, type ExportOf, type Progress } from './raw_export';
import classes from './compare_card.module.css';

interface Props {
  signals: readonly ExportOf[];
  view: View;
  zone: string;
  /** Null where there is no picture to save. */
  onPicture: (() => void) | null;
  onSlices: (() => void) | null;
  drawn: boolean;
}

const percent = 100;

export function ExportMenu({ signals, view, zone, onPicture, onSlices, drawn }: Props) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  const [progress, setProgress] = useState<Progress | null>(null);
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);

  async function saveRaw() {
    const abort = new AbortController();
    stop.current = abort;
    setProgress({ rows: 0, share: 0 });
    try {
      const { pieces, cut } = await rawCsv(signals, view, zone, abort.signal, setProgress);
      download(pieces, 'text/csv;charset=utf-8', fileName('raw', view, zone, 'csv'));
      toastDone(cut ? t('export.cut', { count: formatNumber(exportRowsMax) }) : t('export.done'));
    } catch (error) {
      if (!abort.signal.aborted) toastFailed(error, t('export.failed'));
    } finally {
      setProgress(null);
    }
  }
  const choose = (act: () => void) => () => {
    setOpen(false);
    act();
  };

  return (
    <>
      <Popover opened={open} onChange={setOpen} position="bottom-end" shadow="md" trapFocus returnFocus width="min(22rem, calc(100vw - 2rem))">
        <Popover.Target>
          <Button variant="default" size="md" leftSection={<Icon name="download" size={18} />} loading={progress !== null} onClick={() => setOpen(!open)}>
            {t('export.open')}
          </Button>
        </Popover.Target>
        <Popover.Dropdown p="xs" aria-label={t('export.open')}>
          <div className={classes.export}>
            {onPicture !== null && (
              <button type="button" disabled={!drawn} onClick={choose(onPicture)} data-export="png">
                <Icon name="download" />
                {t('export.png')}
                <small>{t('export.pngText')}</small>
              </button>
            )}
            {onSlices !== null && (
              <button type="button" disabled={!drawn} onClick={choose(onSlices)} data-export="slices">
                <Icon name="download" />
                {t('export.slices')}
                <small>{t('export.slicesText')}</small>
              </button>
            )}
            <button type="button" onClick={choose(() => void saveRaw())} data-export="raw">
              <Icon name="download" />
              {t('export.raw')}
              <small>{t('export.rawText')}</small>
            </button>
          </div>
        </Popover.Dropdown>
      </Popover>
      {progress !== null && (
        <div style={{ flexBasis: '100%' }}>
          <ProgressNote what={t('export.running', { rows: formatNumber(progress.rows) })} done={Math.round(progress.share * percent)} total={percent} onCancel={() => stop.current?.abort()} />
        </div>
      )}
    </>
  );
}
