// How full something is: words first, then a bar. Beyond `high` it says so with a sign, not by colour alone.

import type { ReactNode } from 'react';
import { Icon } from './icons';
import { useWords } from '../i18n';
import classes from './meter.module.css';

interface MeterProps {
  name: string;
  /** What is full, in words: `3.4 GB / 8 GB`. */
  text: string;
  value: number | null;
  most: number | null;
  note?: string;
  /** From this share on it deserves attention; left out, any share is well. */
  high?: number;
}

export function Meter({ name, text, value, most, note, high }: MeterProps) {
  const { t } = useWords();
  const known = value !== null && most !== null && most > 0;
  const attention = known && high !== undefined && value / most >= high;
  return (
    <div className={classes.meter} data-attention={attention || undefined}>
      <div className={classes.line}>
        <span>{name}</span>
        <strong className="number">
          {attention && <Icon name="warning" size={16} />}
          {text}
        </strong>
      </div>
      {known && <meter min={0} max={most} value={value} aria-label={`${name} ${text}`} />}
      {attention && <p className={classes.note}>{t('system.high')}</p>}
      {note !== undefined && <p className={classes.note}>{note}</p>}
    </div>
  );
}

export function Fact({ name, children, note }: { name: string; children: ReactNode; note?: string }) {
  return (
    <div className={classes.meter}>
      <div className={classes.line}>
        <span>{name}</span>
        <strong className="number">{children}</strong>
      </div>
      {note !== undefined && <p className={classes.note}>{note}</p>}
    </div>
  );
}
