// How long each kind lasted up to each interval, added up once: then the shares of a pixel, of a view
// or of a month cost the same, however many intervals lie in them, and stay exact.

import { seconds, type Seconds } from '../api/units';
import { machineStates, type MachineState } from '../state/states';
import { lowerBound, type Track } from './tracks';
import type { View } from './view';

export interface Sums {
  track: Track;
  /** The kinds that occur, ascending. */
  kinds: number[];
  /** For each of them: milliseconds spent in it before each interval, and after the last. */
  spent: Float64Array[];
}

/** Only for tracks without overlaps, with few kinds: each costs a number an interval. */
export function sumsOf(track: Track): Sums {
  const kinds = [...new Set(track.kind)].sort((a, b) => a - b);
  const places = new Map(kinds.map((kind, place) => [kind, place]));
  const length = track.from.length;
  const spent = kinds.map(() => new Float64Array(length + 1));
  const now = new Float64Array(kinds.length);
  for (let i = 0; i < length; ++i) {
    spent.forEach((each, place) => {
      each[i] = now[place] ?? 0;
    });
    const place = places.get(track.kind[i] ?? -1) ?? 0;
    now[place] = (now[place] ?? 0) + ((track.to[i] ?? 0) - (track.from[i] ?? 0));
  }
  spent.forEach((each, place) => {
    each[length] = now[place] ?? 0;
  });
  return { track, kinds, spent };
}

/** Milliseconds spent in each kind before `at`, written into `out`. */
export function spentUntil({ track, kinds, spent }: Sums, at: number, out: Float64Array): void {
  const index = lowerBound(track.from, at);
  for (let place = 0; place < kinds.length; ++place) out[place] = spent[place]?.[index] ?? 0;
  const over = (track.to[index - 1] ?? -Infinity) - at;
  if (over <= 0) return;
  const place = kinds.indexOf(track.kind[index - 1] ?? -1);
  if (place >= 0) out[place] = (out[place] ?? 0) - over;
}

/** Seconds spent in each state inside the view. */
export function secondsByState(sums: Sums, view: View): Map<MachineState, Seconds> {
  const [before, after] = [new Float64Array(sums.kinds.length), new Float64Array(sums.kinds.length)];
  spentUntil(sums, view.from, before);
  spentUntil(sums, view.to, after);
  const result = new Map<MachineState, Seconds>();
  machineStates.forEach((state, number) => {
    const place = sums.kinds.indexOf(number);
    const ms = place < 0 ? 0 : (after[place] ?? 0) - (before[place] ?? 0);
    if (ms > 1e-6) result.set(state, seconds(ms / 1000));
  });
  return result;
}
