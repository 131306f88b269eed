// Two times of the plant's clock, picked with the browser's own calendar and clock, which every
// phone knows how to show.

import { Button, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { Instant } from '../api/units';
import { useWords, type TextKey } from '../i18n';
import { serverNow } from '../state/clock';
import { formatClock, isoDate } from '../time/format';
import type { Choice, Window } from '../time/windows';
import { parseWall } from '../time/zone';
import classes from './window_picker.module.css';

const longestMs = 92 * 86_400_000;

/** As the browser's picker writes it: `2024-03-14T08:00`. */
export const pickerText = (at: Instant, zone: string): string => `${isoDate(at, zone)}T${formatClock(at, zone, false)}`;

interface Errors {
  from?: TextKey;
  to?: TextKey;
}

/** The two times, or what is wrong with them. */
export function readCustom(from: string, to: string, now: Instant, zone: string): { choice: Choice } | { errors: Errors } {
  const start = parseWall(from, zone);
  const end = parseWall(to, zone);
  if (start === null || end === null)
    return { errors: { ...(start === null && { from: 'window.wrong' as const }), ...(end === null && { to: 'window.wrong' as const }) } };
  if (end <= start) return { errors: { to: 'window.order' } };
  if (start >= now) return { errors: { from: 'window.future' } };
  if (end - start > longestMs) return { errors: { from: 'window.long' } };
  return { choice: { kind: 'custom', from: start, to: end } };
}

export function CustomWindow({ window, zone, onChoose }: { window: Window; zone: string; onChoose: (choice: Choice) => void }) {
  const { t } = useWords();
  const [from, setFrom] = useState(() => pickerText(window.from, zone));
  const [to, setTo] = useState(() => pickerText(window.to, zone));
  const [errors, setErrors] = useState<Errors>({});

  const apply = (event: FormEvent) => {
    event.preventDefault();
    const read = readCustom(from, to, serverNow(), zone);
    setErrors('errors' in read ? read.errors : {});
    if ('choice' in read) onChoose(read.choice);
  };

  return (
    <form className={classes.custom} onSubmit={apply} noValidate>
      <TextInput type="datetime-local" size="md" label={t('window.from')} value={from} error={errors.from && t(errors.from)} onChange={(event) => setFrom(event.currentTarget.value)} />
      <TextInput type="datetime-local" size="md" label={t('window.to')} value={to} error={errors.to && t(errors.to)} onChange={(event) => setTo(event.currentTarget.value)} />
      <Button type="submit" size="md" className={classes.apply}>
        {t('window.apply')}
      </Button>
      <span className={classes.format}>{t('app.zone', { zone })}</span>
    </form>
  );
}
