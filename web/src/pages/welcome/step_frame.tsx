// What every step has: what it asks and why, its fields, on, or past it.

import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { Icon } from '../../components/icons';
import { useWords } from '../../i18n';
import classes from './welcome.module.css';

interface StepFrameProps {
  title: string;
  text: string;
  children: ReactNode;
  next: string;
  onNext: () => void;
  busy?: boolean;
  disabled?: boolean;
  onSkip: () => void;
  skip: string;
}

export function StepFrame({ title, text, children, next, onNext, busy, disabled, onSkip, skip }: StepFrameProps) {
  const { t } = useWords();
  return (
    <form
      className={`card ${classes.step}`}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (disabled !== true) onNext();
      }}
    >
      <div>
        <h2 className={classes.title}>{title}</h2>
        <p className={classes.text}>{text}</p>
      </div>
      {children}
      <div className={classes.actions}>
        <Button variant="subtle" onClick={onSkip} aria-label={t('welcome.skipOf', { what: title })} data-action="skip">
          {skip}
        </Button>
        <Button type="submit" size="md" rightSection={<Icon name="next" />} loading={busy} disabled={disabled} data-action="next">
          {next}
        </Button>
      </div>
    </form>
  );
}
