// Made against planned: the bar is what was made, the mark where the plan stands now, the whole
// length what the window asks for. Ahead of the plan, the bar reaches past the mark.

import type { Target } from '../api/overview';
import { useWords } from '../i18n';
import { formatNumber } from '../time/format';
import classes from './plan_bar.module.css';

/** How far the bar and the mark reach, as shares of the whole length. */
export function planShares(made: number, target: Target): { made: number; now: number } {
  const whole = Math.max(made, target.window, target.now, 1e-9);
  return { made: Math.max(0, made) / whole, now: target.now / whole };
}

/** How a person tells it: whole pieces, except where a furnace makes one in hours. */
export const plannedParts = (planned: number): number => (planned < 10 ? Math.round(planned * 10) / 10 : Math.round(planned));

/** Made less planned, to the same digits as the two are shown with. */
export const aheadOf = (made: number, planned: number): number => Math.round((made - plannedParts(planned)) * 10) / 10;

export function PlanBar({ made, target }: { made: number; target: Target }) {
  const { t } = useWords();
  const shares = planShares(made, target);
  return (
    <div
      className={classes.plan}
      role="img"
      aria-label={t('shift.planSays', {
        made: formatNumber(made),
        now: formatNumber(plannedParts(target.now)),
        window: formatNumber(plannedParts(target.window)),
      })}
    >
      <div className={classes.made} style={{ width: `${shares.made * 100}%` }} />
      <div className={classes.now} style={{ left: `${shares.now * 100}%` }} />
    </div>
  );
}
