// How a window was spent, in one bar: running, known but not running, unknown (striped).

import type { Ratio } from '../api/units';
import { useWords } from '../i18n';
import { formatPercent } from '../time/format';
import classes from './share_bar.module.css';

const percent = (share: number) => `${Math.min(100, Math.max(0, share * 100))}%`;

export function ShareBar({ run, coverage }: { run: Ratio | null; coverage: Ratio | null }) {
  const { t } = useWords();
  if (run === null || coverage === null) return <div className={classes.bar} data-empty />;
  const unknown = Math.max(0, 1 - coverage) as Ratio;
  return (
    <div
      className={classes.bar}
      role="img"
      aria-label={t('tile.bar', { run: formatPercent(run), unknown: formatPercent(unknown) })}
    >
      <div className={classes.run} style={{ width: percent(run) }} />
      <div className={classes.rest} style={{ width: percent(coverage - run) }} />
      <div className={`${classes.unknown} stripes-offline`} style={{ width: percent(unknown) }} />
    </div>
  );
}
