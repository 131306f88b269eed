// Which time the page looks at: a preset, or two times written in the plant's zone.

import { Button, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useWords, type TextKey } from '../../i18n';
import { serverNow } from '../../state/clock';
import { formatDateTime } from '../../time/format';
import { presets, type Choice, type Window } from '../../time/windows';
import { parseWall } from '../../time/zone';
import classes from './window_picker.module.css';

interface Props {
  choice: Choice;
  window: Window;
  zone: string;
  onChoose: (choice: Choice) => void;
}

export function WindowPicker({ choice, window, zone, onChoose }: Props) {
  const { t } = useWords();
  const [open, setOpen] = useState(choice.kind === 'custom');
  const custom = open || choice.kind === 'custom';
  return (
    <section className={classes.picker} aria-label={t('window.label')}>
      <div className={classes.presets} role="group" aria-label={t('window.label')}>
        {presets.map((preset) => (
          <button
            key={preset}
            type="button"
            className={classes.preset}
            aria-pressed={!custom && choice.kind === 'preset' && choice.preset === preset}
            onClick={() => {
              setOpen(false);
              onChoose({ kind: 'preset', preset });
            }}
          >
            {t(`window.${preset}`)}
          </button>
        ))}
        <button type="button" className={classes.preset} aria-pressed={custom} aria-expanded={custom} onClick={() => setOpen(!open)}>
          {t('window.custom')}
        </button>
      </div>
      {custom && <CustomWindow key={`${choice.kind} ${window.live}`} window={window} zone={zone} onChoose={onChoose} />}
      <div className={`${classes.shown} number`}>
        {t('window.shown', { from: formatDateTime(window.from, zone), to: formatDateTime(window.to, zone), zone })}
      </div>
    </section>
  );
}

function CustomWindow({ window, zone, onChoose }: Omit<Props, 'choice'>) {
  const { t } = useWords();
  const [from, setFrom] = useState(() => formatDateTime(window.from, zone, false));
  const [to, setTo] = useState(() => formatDateTime(window.to, zone, false));
  const [errors, setErrors] = useState<{ from?: TextKey; to?: TextKey }>({});

  const apply = (event: FormEvent) => {
    event.preventDefault();
    const start = parseWall(from, zone);
    const end = parseWall(to, zone);
    if (start === null || end === null) {
      setErrors({ ...(start === null && { from: 'window.wrong' }), ...(end === null && { to: 'window.wrong' }) });
    } else if (end <= start) {
      setErrors({ to: 'window.order' });
    } else if (start >= serverNow()) {
      setErrors({ from: 'window.future' });
    } else {
      setErrors({});
      onChoose({ kind: 'custom', from: start, to: end });
    }
  };

  return (
    <form className={classes.custom} onSubmit={apply} noValidate>
      <TextInput
        size="md"
        label={t('window.from')}
        placeholder="2024-03-14 08:00"
        value={from}
        error={errors.from && t(errors.from)}
        onChange={(event) => setFrom(event.currentTarget.value)}
      />
      <TextInput
        size="md"
        label={t('window.to')}
        placeholder="2024-03-14 17:00"
        value={to}
        error={errors.to && t(errors.to)}
        onChange={(event) => setTo(event.currentTarget.value)}
      />
      <Button type="submit" size="md" className={classes.apply}>
        {t('window.apply')}
      </Button>
      <span className={classes.format}>
        {t('window.format')} · {t('app.zone', { zone })}
      </span>
    </form>
  );
}
