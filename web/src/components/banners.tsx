// What the whole page must know: the connection is gone, or the box itself has a problem.

import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { statusQuery } from '../api/queries';
import { secondsBetween, type Instant } from '../api/units';
import { useWords } from '../i18n';
import { useNow } from '../state/clock';
import { useLink } from '../state/live';
import { formatAge } from '../time/format';
import { Icon } from './icons';
import classes from './banners.module.css';

const patienceMs = 1500;

/** True once the stream has been away long enough to tell people. */
export function useBroken(): boolean {
  const { phase } = useLink();
  const [broken, setBroken] = useState(false);
  useEffect(() => {
    if (phase === 'open') {
      setBroken(false);
      return undefined;
    }
    const timer = setTimeout(() => setBroken(true), phase === 'broken' ? patienceMs : 4 * patienceMs);
    return () => clearTimeout(timer);
  }, [phase]);
  return broken;
}

function LastHeard({ heard }: { heard: Instant }) {
  const { t, duration } = useWords();
  const now = useNow();
  return <>{t('live.bannerAge', { age: formatAge(secondsBetween(heard, now), duration) })}</>;
}

export function LiveBanner({ broken }: { broken: boolean }) {
  const { t } = useWords();
  const { heard } = useLink();
  if (!broken) return null;
  return (
    <div className={classes.banner} data-severity="error" role="alert">
      <Icon name="session" size={26} />
      <div>
        <strong>{t('live.banner')}</strong>
        <div>
          {heard === null ? t('live.bannerNever') : <LastHeard heard={heard as Instant} />} {heard !== null && t('live.bannerHeals')}
        </div>
      </div>
    </div>
  );
}

export function StatusBanners() {
  const { t } = useWords();
  const { data } = useQuery(statusQuery);
  if (data === undefined) return null;
  const { recompute } = data;
  return (
    <>
      {data.problems.map((problem) => (
        <div key={`${problem.code} ${problem.what}`} className={classes.banner} data-severity={problem.severity} role="alert">
          <Icon name="warning" size={26} />
          <div>
            <strong>{problem.severity === 'error' ? t('status.error') : t('status.warning')}</strong>
            <div className={classes.what}>{problem.what}</div>
          </div>
        </div>
      ))}
      {recompute?.running === true && (
        <div className={classes.banner} data-severity="info" role="status">
          <Icon name="retry" size={26} />
          <div className={classes.grow}>
            <strong>
              {recompute.machine === null ? t('status.recompute') : t('status.recomputeMachine', { machine: recompute.machine })}
            </strong>{' '}
            <span className="number">
              {t('status.progress', { done: recompute.done.toLocaleString('en-US'), total: recompute.total.toLocaleString('en-US') })}
            </span>
            <progress className={classes.progress} max={Math.max(1, recompute.total)} value={recompute.done} aria-label={t('status.recompute')} />
          </div>
        </div>
      )}
    </>
  );
}
