// What a reader of a timeline should know besides what the machine did: links that came and went,
// gaps, clocks that jumped, counters that fell.

import type { IncidentItem } from '../api/types';
import { instantOf } from '../api/units';
import { lowerBound } from './tracks';
import { xOf, type View } from './view';

/** In the order of how much each matters where several share a place. */
export const incidentKinds = ['link_down', 'gap', 'clock_step', 'suspect_step', 'counter_reset', 'link_up'] as const;
export type IncidentKind = (typeof incidentKinds)[number];

export interface Incidents {
  /** When, in milliseconds, ascending. */
  at: Float64Array;
  kind: Uint8Array;
  place: Uint32Array;
}

/** A kind this page does not know is a gap in what it knows. */
function kindOf(kind: string): number {
  const known = (incidentKinds as readonly string[]).indexOf(kind);
  return known >= 0 ? known : incidentKinds.indexOf('gap');
}

export function incidentsOf(items: readonly IncidentItem[]): Incidents {
  const sorted = items.map(({ t, kind }, place) => ({ at: instantOf(t), kind: kindOf(kind), place })).sort((a, b) => a.at - b.at);
  return {
    at: Float64Array.from(sorted, ({ at }) => at),
    kind: Uint8Array.from(sorted, ({ kind }) => kind),
    place: Uint32Array.from(sorted, ({ place }) => place),
  };
}

export interface Mark {
  x: number;
  /** The one of them that matters most. */
  kind: IncidentKind;
  count: number;
}

/** Marks stand apart so that each can be read: what is closer than `apart` shares one. */
export function marksOf({ at, kind }: Incidents, view: View, width: number, apart: number): Mark[] {
  const marks: Mark[] = [];
  let first = -Infinity;
  let worst = 0;
  for (let i = lowerBound(at, view.from); i < at.length && (at[i] ?? 0) < view.to; ++i) {
    const x = xOf(at[i] ?? 0, view, width);
    const mine = kind[i] ?? 0;
    const mark = marks[marks.length - 1];
    if (mark !== undefined && x < first + apart) {
      mark.count += 1;
      worst = Math.min(worst, mine);
    } else {
      marks.push({ x, kind: 'gap', count: 1 });
      first = x;
      worst = mine;
    }
    marks[marks.length - 1]!.kind = incidentKinds[worst] ?? 'gap';
  }
  return marks;
}

/** Places of the incidents within [from, to), oldest first. */
export function incidentsIn({ at, place }: Incidents, from: number, to: number): number[] {
  return [...place.subarray(lowerBound(at, from), lowerBound(at, to))];
}
