// Choosing some of many: a button, and behind it a list with a search and boxes to tick.

import { Button, Checkbox, Popover, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useWords } from '../i18n';
import { Icon, type IconName } from './icons';
import classes from './signal_chooser.module.css';

export interface ChooserOption {
  id: string;
  label: string;
  /** Said in a smaller voice: role, unit, address. */
  note?: string;
}

interface Props {
  label: string;
  icon?: IconName;
  groups: readonly { title?: string; options: readonly ChooserOption[] }[];
  chosen: ReadonlySet<string>;
  onToggle: (id: string) => void;
  /** With this many chosen no more can be. */
  most?: number;
}

const searchFrom = 8;

export function SignalChooser({ label, icon = 'plus', groups, chosen, onToggle, most = Infinity }: Props) {
  const { t } = useWords();
  const [search, setSearch] = useState('');
  const wanted = search.trim().toLowerCase();
  const shown = groups
    .map(({ title, options }) => ({ title, options: options.filter(({ label: name, note }) => `${name} ${note ?? ''}`.toLowerCase().includes(wanted)) }))
    .filter(({ options }) => options.length > 0);
  const many = groups.reduce((sum, { options }) => sum + options.length, 0) >= searchFrom;
  return (
    <Popover position="bottom-end" shadow="md" width="min(22rem, calc(100vw - 2rem))" trapFocus returnFocus withinPortal>
      <Popover.Target>
        <Button variant="default" size="md" leftSection={<Icon name={icon} size={18} />}>
          {label}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="xs" aria-label={label}>
        {many && (
          <TextInput size="md" aria-label={t('chooser.search')} placeholder={t('chooser.search')} value={search} onChange={(event) => setSearch(event.currentTarget.value)} />
        )}
        <div className={classes.list}>
          {shown.length === 0 && <p className="dim">{t('chooser.none')}</p>}
          {shown.map(({ title, options }) => (
            <fieldset key={title ?? ''} className={classes.group}>
              {title !== undefined && <legend>{title}</legend>}
              {options.map(({ id, label: name, note }) => (
                <Checkbox
                  key={id}
                  size="md"
                  classNames={{ root: classes.option, body: classes.body, labelWrapper: classes.words }}
                  checked={chosen.has(id)}
                  disabled={!chosen.has(id) && chosen.size >= most}
                  onChange={() => onToggle(id)}
                  label={
                    <>
                      {name}
                      {note !== undefined && note !== '' && <span className="dim"> {note}</span>}
                    </>
                  }
                />
              ))}
            </fieldset>
          ))}
          {chosen.size >= most && <p className="dim">{t('chooser.most', { count: most })}</p>}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
