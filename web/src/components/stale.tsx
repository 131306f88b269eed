// Data that may no longer be true: greyed, with its age, until the connection is back.

import type { ReactNode } from 'react';
import { secondsBetween, type Instant, type Seconds } from '../api/units';
import { useWords } from '../i18n';
import { useNow } from '../state/clock';
import { useLink } from '../state/live';
import { formatAge } from '../time/format';
import { useBroken } from './banners';
import { Icon } from './icons';
import classes from './stale.module.css';

function AgeSince({ since }: { since: Instant }) {
  const now = useNow();
  const { t, duration } = useWords();
  return <>{t('stale.age', { age: formatAge(secondsBetween(since, now), duration) })}</>;
}

interface StaleProps {
  /** Since when; left out, the live link decides. Null: it is not stale. */
  since?: Instant | null;
  /** An age that does not go on, instead of `since`. */
  age?: Seconds;
  children: ReactNode;
}

export function Stale({ since, age, children }: StaleProps) {
  const { t, duration } = useWords();
  const broken = useBroken();
  const { heard } = useLink();
  const stale = age !== undefined || (since === undefined ? broken : since !== null);
  const known = since ?? (heard as Instant | null);
  return (
    <div className={classes.stale} data-stale={stale || undefined}>
      {stale && (
        <p className={classes.note} role="status">
          <Icon name="offline" size={18} />
          {age !== undefined ? t('stale.age', { age: formatAge(age, duration) }) : known === null ? t('stale.old') : <AgeSince since={known} />}
        </p>
      )}
      <div className={classes.content}>{children}</div>
    </div>
  );
}
