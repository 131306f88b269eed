// Which trends a page shows that nobody chose. Pure.

import { isNumeric } from '../../api/signals';
import type { Signal } from '../../api/types';

/** Counters only climb: of those a trend says little, unless somebody asks for it. */
const counters = new Set(['part_count', 'good_count', 'scrap_count', 'energy']);
const pickedMax = 3;

export function pickedTrends(signals: readonly Signal[]): string[] {
  return signals.filter(({ type, role }) => isNumeric(type) && !counters.has(role ?? '')).slice(0, pickedMax).map(({ id }) => id);
}
