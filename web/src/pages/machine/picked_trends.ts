// Which trends a page shows that nobody chose. Pure.

import { isNumeric } from '../../api/signals';
import type { Signal } from '../../api/types';

/** Counters only climb, codes are names: of those a trend says little, unless somebody asks for it. */
const dull = new Set(['part_count', 'good_count', 'scrap_count', 'energy', 'alarm_code']);
const pickedMax = 3;

export function pickedTrends(signals: readonly Signal[]): string[] {
  const quantities = signals.filter(({ type, role }) => isNumeric(type) && !dull.has(role ?? ''));
  // What has a unit is a measured value; the rest may be anything.
  const measured = quantities.filter(({ unit }) => Boolean(unit));
  return (measured.length > 0 ? measured : quantities).slice(0, pickedMax).map(({ id }) => id);
}
