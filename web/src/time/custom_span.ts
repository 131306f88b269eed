// Two times of the plant's clock as a browser's picker writes them, read and checked. Pure.

import type { Span } from '../api/queries';
import type { Instant } from '../api/units';
import { formatClock, isoDate } from './format';
import { parseWall } from './zone';

/** As the browser's picker writes it: `2024-03-14T08:00`. */
export const pickerText = (at: Instant, zone: string): string => `${isoDate(at, zone)}T${formatClock(at, zone, false)}`;

export interface SpanErrors {
  from?: 'window.wrong' | 'window.future' | 'window.long';
  to?: 'window.wrong' | 'window.order';
}

/** The span, or what is wrong with either time. `longestMs`: the most it may last. */
export function readCustom(from: string, to: string, now: Instant, zone: string, longestMs: number): { span: Span } | { errors: SpanErrors } {
  const start = parseWall(from, zone);
  const end = parseWall(to, zone);
  if (start === null || end === null)
    return { errors: { ...(start === null && { from: 'window.wrong' as const }), ...(end === null && { to: 'window.wrong' as const }) } };
  if (end <= start) return { errors: { to: 'window.order' } };
  if (start >= now) return { errors: { from: 'window.future' } };
  if (end - start > longestMs) return { errors: { from: 'window.long' } };
  return { span: { from: start, to: end } };
}
