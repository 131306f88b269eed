// Something that takes a while: what, how far, and a way to stop it.

import { Button } from '@mantine/core';
import { useWords } from '../i18n';
import { formatNumber } from '../time/format';
import { Icon } from './icons';
import classes from './progress_note.module.css';

interface ProgressNoteProps {
  what: string;
  /** Null while it is not known how much there is. */
  done: number | null;
  total: number | null;
  /** How far in words, where counts would say nothing: `45 %`. */
  told?: string;
  onCancel?: () => void;
}

export function ProgressNote({ what, done, total, told, onCancel }: ProgressNoteProps) {
  const { t } = useWords();
  const known = done !== null && total !== null && total > 0;
  return (
    <div className={classes.note} role="status" data-progress>
      <div className={classes.grow}>
        <div className={classes.line}>
          <span>{what}</span>
          {known && <span className="number dim">{told ?? t('status.progress', { done: formatNumber(done), total: formatNumber(total) })}</span>}
        </div>
        <progress aria-label={what} {...(known ? { value: done, max: total } : {})} />
      </div>
      {onCancel !== undefined && (
        <Button variant="default" leftSection={<Icon name="close" />} onClick={onCancel}>
          {t('app.cancel')}
        </Button>
      )}
    </div>
  );
}
