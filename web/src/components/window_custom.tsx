// Two times of the plant's clock, picked with the browser's own calendar and clock, which every
// phone knows how to show.

import { Button, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useWords } from '../i18n';
import { serverNow } from '../state/clock';
import { pickerText, readCustom, type SpanErrors } from '../time/custom_span';
import type { Choice, Window } from '../time/windows';
import classes from './window_picker.module.css';

const longestMs = 92 * 86_400_000;

export function CustomWindow({ window, zone, onChoose }: { window: Window; zone: string; onChoose: (choice: Choice) => void }) {
  const { t } = useWords();
  const [from, setFrom] = useState(() => pickerText(window.from, zone));
  const [to, setTo] = useState(() => pickerText(window.to, zone));
  const [errors, setErrors] = useState<SpanErrors>({});

  const apply = (event: FormEvent) => {
    event.preventDefault();
    const read = readCustom(from, to, serverNow(), zone, longestMs);
    setErrors('errors' in read ? read.errors : {});
    if ('span' in read) onChoose({ kind: 'custom', ...read.span });
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
