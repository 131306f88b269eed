// Which time a page looks at: a shift, a preset, or two times of the plant's clock; then forward and
// back. It prints the window and its zone, and says when the window moves with the clock.

import { Button } from '@mantine/core';
import { useState } from 'react';
import { useWords } from '../i18n';
import { serverNow } from '../state/clock';
import { formatDateTime, showDate } from '../time/format';
import type { LookedAt } from '../time/use_window';
import { needsShifts, paged, presets, type Choice } from '../time/windows';
import { Icon } from './icons';
import { CustomWindow } from './window_custom';
import classes from './window_picker.module.css';

/** On a phone the row scrolls sideways: the chosen one is brought into it. */
function presetsShown(row: HTMLDivElement | null): void {
  const pressed = row?.querySelector<HTMLElement>('[aria-pressed="true"]');
  if (row && pressed) row.scrollLeft = pressed.offsetLeft - row.offsetLeft - (row.clientWidth - pressed.offsetWidth) / 2;
}

interface Props {
  choice: Choice;
  window: LookedAt;
  zone: string;
  onChoose: (choice: Choice) => void;
}

export function WindowPicker({ choice, window, zone, onChoose }: Props) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  const custom = open || choice.kind === 'custom';
  const page = (by: -1 | 1) => paged(choice, window, by, serverNow(), zone, window.shifts);
  const choose = (chosen: Choice) => {
    setOpen(false);
    onChoose(chosen);
  };
  const pager = (by: -1 | 1, label: string) => {
    const next = page(by);
    return (
      <button type="button" className={classes.preset} disabled={next === null} aria-label={label} title={label} data-page={by} onClick={() => next !== null && choose(next)}>
        <Icon name={by === -1 ? 'back' : 'next'} />
      </button>
    );
  };
  return (
    <section className={classes.picker} aria-label={t('window.label')} data-window>
      <div ref={presetsShown} className={classes.presets} role="group" aria-label={t('window.label')}>
        {presets.map((preset) => (
          <button
            key={preset}
            type="button"
            className={classes.preset}
            aria-pressed={!custom && choice.kind === 'preset' && choice.preset === preset}
            onClick={() => choose({ kind: 'preset', preset })}
          >
            {t(`window.${preset}`)}
          </button>
        ))}
        <button type="button" className={classes.preset} aria-pressed={custom} aria-expanded={open} onClick={() => setOpen(!open)}>
          {t('window.custom')}
        </button>
      </div>
      {open && <CustomWindow window={window} zone={zone} onChoose={choose} />}
      <div className={classes.row}>
        <div className={classes.pages} role="group" aria-label={t('window.paging')}>
          {pager(-1, t('window.before'))}
          {pager(1, t('window.after'))}
        </div>
        <div className={`${classes.shown} number`} data-window-shown>
          {needsShifts(choice) && window.shift !== null && (
            <strong>
              {window.shift.name === '' ? t('window.wholeDay') : window.shift.name} {showDate(window.shift.business_date)}{' '}
            </strong>
          )}
          {t('window.shown', { from: formatDateTime(window.from, zone), to: formatDateTime(window.to, zone), zone })}
        </div>
        {window.live && (
          <Button
            variant="default"
            size="md"
            className={classes.follow}
            aria-pressed={window.held}
            data-follows={!window.held}
            leftSection={<Icon name={window.held ? 'play' : 'pause'} size={18} />}
            onClick={() => window.hold(!window.held)}
          >
            {window.held ? t('window.held') : t('window.follows')}
          </Button>
        )}
      </div>
    </section>
  );
}
