// Where the time axis is marked: at round times of the plant's own clock, also on days that are 23
// or 25 hours long.

import { instant, type Instant } from '../api/units';
import { formatClock, formatDay } from '../time/format';
import { offsetMs, startOfDay } from '../time/zone';
import type { View } from './view';

export interface Tick {
  at: Instant;
  label: string;
  /** The start of a day: drawn stronger, and its label is the date. */
  major: boolean;
}

const s = 1000;
const min = 60 * s;
const h = 60 * min;
const day = 24 * h;
const steps = [s, 2 * s, 5 * s, 10 * s, 15 * s, 30 * s, min, 2 * min, 5 * min, 10 * min, 15 * min, 30 * min, h, 2 * h, 3 * h, 6 * h, 12 * h];

function dayTicks(view: View, zone: string, days: number): Tick[] {
  const ticks: Tick[] = [];
  let at = startOfDay(view.from, zone, 1);
  while (at < view.to) {
    ticks.push({ at, label: formatDay(at, zone), major: true });
    at = startOfDay(at, zone, days);
  }
  return ticks;
}

/** At most one mark per `labelPx` of `width` pixels. */
export function ticksOf(view: View, width: number, zone: string, labelPx = 72): Tick[] {
  const span = view.to - view.from;
  if (span <= 0 || width <= 0) return [];
  const least = (span / width) * labelPx;
  const step = steps.find((each) => each >= least);
  if (step === undefined) return dayTicks(view, zone, Math.max(1, Math.ceil(least / day)));

  const ticks: Tick[] = [];
  const first = Math.ceil((view.from + offsetMs(view.from, zone)) / step) * step;
  for (let wall = first; ; wall += step) {
    // The offset that holds at this wall time; it may change inside the view.
    const guess = wall - offsetMs(view.from, zone);
    const at = instant(wall - offsetMs(instant(guess), zone));
    if (at >= view.to) break;
    if (at < view.from || (ticks.length > 0 && at <= ticks[ticks.length - 1]!.at)) continue;
    const midnight = formatClock(at, zone) === '00:00:00';
    const label = midnight ? formatDay(at, zone) : formatClock(at, zone, step < min);
    ticks.push({ at, label, major: midnight });
  }
  return ticks;
}
