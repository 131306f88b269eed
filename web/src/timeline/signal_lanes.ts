// Lanes of single signals: what holds for a while as spans, quantities as a small trend.

import type { HeardValue, ValueSpans } from '../api/signals';
import { instantOf } from '../api/units';
import { rangeOf, type Slices } from '../charts/series';
import { trackOf, type Raw, type Track } from './tracks';

export type SignalLane = { id: string; unit: string; loading: boolean } & (
  | {
      style: 'switch' | 'text';
      /** Kinds of a switch: 0 off, 1 on. Unknown time is left out. */
      track: Track;
      /** From here on there was more than can be shown; null when the lane is whole. */
      cut: number | null;
      /** For a switch with more changes than can be shown: the share of each slice it was on. */
      shares: Slices | null;
    }
  | { style: 'trend'; slices: Slices; range: [number, number] | null }
);

/** The spans of one signal as a track; `textOf` says a value. */
export function spanTrack({ items }: ValueSpans, style: 'switch' | 'text', textOf: (value: HeardValue) => string): Track {
  const texts: string[] = style === 'switch' ? [textOf(false), textOf(true)] : [];
  const numbers = new Map<string, number>();
  const raw: Raw[] = [];
  items.forEach(({ from, to, value }, place) => {
    if (value === null) return;
    let kind: number;
    if (style === 'switch') kind = value === true || value === 1 ? 1 : 0;
    else {
      const text = textOf(value);
      const known = numbers.get(text);
      kind = known ?? Math.min(texts.length, 65_535);
      if (known === undefined) {
        numbers.set(text, kind);
        texts.push(text);
      }
    }
    raw.push({ from: instantOf(from), to: instantOf(to), kind, place });
  });
  return trackOf(raw, texts);
}

export function trendLane(id: string, unit: string, slices: Slices, loading: boolean): SignalLane {
  return { id, unit, loading, style: 'trend', slices, range: rangeOf(slices) };
}
