// Parts, as they were counted one by one; ready to be summed over any time at once.

import type { PartItem } from '../api/types';
import { instantOf } from '../api/units';
import { lowerBound } from './tracks';

export interface Steps {
  /** When, in milliseconds, ascending. */
  at: Float64Array;
  parts: Float64Array;
  /** Parts before each step; one more than there are steps. */
  before: Float64Array;
}

export function stepsOf(sorted: readonly (readonly [at: number, parts: number])[]): Steps {
  const before = new Float64Array(sorted.length + 1);
  sorted.forEach(([, parts], i) => {
    before[i + 1] = (before[i] ?? 0) + parts;
  });
  return { at: Float64Array.from(sorted, ([at]) => at), parts: Float64Array.from(sorted, ([, parts]) => parts), before };
}

/** What was produced: the total where it is counted, else good parts and scrap together. */
export function partSteps(items: readonly PartItem[]): Steps {
  const counted = items.some(({ count }) => count === 'total');
  const produced = items.filter(
    ({ parts, kind, count }) => parts > 0 && kind !== 'suspect' && (count === 'total') === counted,
  );
  const sorted = produced.map(({ t, parts }) => [instantOf(t), parts] as const);
  sorted.sort((a, b) => a[0] - b[0]);
  return stepsOf(sorted);
}

/** Parts counted in [from, to). */
export function partsIn({ at, before }: Steps, from: number, to: number): number {
  return (before[lowerBound(at, to)] ?? 0) - (before[lowerBound(at, from)] ?? 0);
}
