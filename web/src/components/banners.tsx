// What the whole page must know: the connection is gone, or the box itself has a problem.
// A banner is one such message; it stays while what it says is true.

import { useQuery } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { statusQuery } from '../api/queries';
import { secondsBetween, type Instant } from '../api/units';
import { useWords } from '../i18n';
import { useNow } from '../state/clock';
import { useLink } from '../state/live';
import { formatAge, formatNumber } from '../time/format';
import { Icon, type IconName } from './icons';
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

interface BannerProps {
  severity: 'error' | 'warning' | 'info';
  icon: IconName;
  title: string;
  /** Beside the title, in its line. */
  aside?: ReactNode;
  children?: ReactNode;
}

export function Banner({ severity, icon, title, aside, children }: BannerProps) {
  return (
    <div className={classes.banner} data-severity={severity} role={severity === 'info' ? 'status' : 'alert'}>
      <Icon name={icon} size={26} />
      <div className={classes.grow}>
        <strong>{title}</strong> {aside}
        {children !== undefined && <div className={classes.what}>{children}</div>}
      </div>
    </div>
  );
}

export function LiveBanner({ broken }: { broken: boolean }) {
  const { t } = useWords();
  const { heard } = useLink();
  if (!broken) return null;
  return (
    <Banner severity="error" icon="session" title={t('live.banner')}>
      {heard === null ? t('live.bannerNever') : <LastHeard heard={heard as Instant} />} {heard !== null && t('live.bannerHeals')}
    </Banner>
  );
}

export function StatusBanners() {
  const { t } = useWords();
  const { data } = useQuery(statusQuery);
  if (data === undefined) return null;
  const { recompute } = data;
  const progress = recompute && t('status.progress', { done: formatNumber(recompute.done), total: formatNumber(recompute.total) });
  return (
    <>
      {data.problems.map((problem) => (
        <Banner
          key={`${problem.code} ${problem.what}`}
          severity={problem.severity}
          icon="warning"
          title={problem.severity === 'error' ? t('status.error') : t('status.warning')}
        >
          {problem.what}
        </Banner>
      ))}
      {recompute?.running === true && (
        <Banner
          severity="info"
          icon="retry"
          title={recompute.machine === null ? t('status.recompute') : t('status.recomputeMachine', { machine: recompute.machine })}
          aside={<span className="number">{progress}</span>}
        >
          <progress className={classes.progress} max={Math.max(1, recompute.total)} value={recompute.done} aria-label={t('status.recompute')} />
        </Banner>
      )}
    </>
  );
}
