// Which shift the page shows: the one asked for, else the present one, else what comes nearest.

import type { CurrentShift, Shift } from '../../api/shifts';
import { instantOf, timestampOf, type Instant } from '../../api/units';
import { instantOfWall, startOfDay } from '../../time/zone';

/** The first instant of the plant's day `2024-03-14`. */
export function dayStart(day: string, zone: string): Instant {
  const [year = 1970, month = 1, date = 1] = day.split('-').map(Number);
  return instantOfWall({ year, month, day: date, hour: 0, minute: 0, second: 0 }, zone);
}

/** A day without a shift is shown whole, under no name. */
export function wholeDay(day: string, zone: string): Shift {
  const from = dayStart(day, zone);
  return { name: '', business_date: day, from: timestampOf(from), to: timestampOf(startOfDay(from, zone, 1)), breaks: [] };
}

/** Now: the running shift; after the last one of the day, that one; before the first, the day itself. */
export function presentShift(current: CurrentShift, today: string, zone: string): Shift {
  const { shift, previous } = current;
  if (shift !== null) return shift;
  return previous !== null && previous.business_date === today ? previous : wholeDay(today, zone);
}

export function shiftsOfDay(items: readonly Shift[], day: string): Shift[] {
  return items.filter(({ business_date }) => business_date === day);
}

export function askedShift(items: readonly Shift[], day: string, name: string | undefined, zone: string): Shift {
  const ofDay = shiftsOfDay(items, day);
  return ofDay.find((each) => each.name === name) ?? ofDay[0] ?? wholeDay(day, zone);
}

export type Phase = 'ahead' | 'running' | 'over';

export function phaseOf(shift: Shift, now: Instant): Phase {
  if (now < instantOf(shift.from)) return 'ahead';
  return now < instantOf(shift.to) ? 'running' : 'over';
}
