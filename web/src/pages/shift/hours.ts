// What the hour-by-hour board says of one hour. The box counts and plans; here is only which hour is
// which, and how many pieces lie between made and planned.

import type { Hour } from '../../api/overview';
import { instantOf, type Instant } from '../../api/units';
import { aheadOf } from '../../components/plan_bar';
import { formatNumber } from '../../time/format';

export type HourKind = 'ahead' | 'running' | 'rest' | 'done';

/** Without a target and without parts, an hour inside a break is rest. */
export function kindOf(hour: Hour, now: Instant): HourKind {
  if (now < instantOf(hour.from)) return 'ahead';
  if (now < instantOf(hour.to)) return 'running';
  return hour.target === 0 && (hour.parts ?? 0) === 0 ? 'rest' : 'done';
}

/** Made less planned; none for an hour that is not over or has no plan. */
export function differenceOf(hour: Hour, now: Instant): number | null {
  if (hour.parts === null || hour.target === null || now < instantOf(hour.to)) return null;
  return aheadOf(hour.parts, hour.target);
}

/** The last whole clock hour that is over. */
export function lastHourOf(hours: readonly Hour[], now: Instant): Hour | undefined {
  const over = hours.filter((hour) => instantOf(hour.to) <= now);
  return over.at(-1);
}

/** `−7`, `+3`, `0`: with a real minus, so that the columns line up. */
export function signed(value: number): string {
  if (value === 0) return '0';
  return value < 0 ? `−${formatNumber(-value)}` : `+${formatNumber(value)}`;
}
