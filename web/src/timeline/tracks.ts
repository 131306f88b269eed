// Intervals in a form that can be drawn sixty times a second: parsed once into flat arrays, sorted,
// searched by halves.

import type { AlarmItem, LaneItem, TimelineItem } from '../api/types';
import { instantOf } from '../api/units';
import { knownState, machineStates, type MachineState } from '../state/states';
import type { View } from './view';

/** Intervals [from, to) in milliseconds, sorted by from; `kind` and `place` say what each one is. */
export interface Track {
  from: Float64Array;
  to: Float64Array;
  /** Meaning is the track's own: a state's number, an alarm's severity, the number of a text. */
  kind: Uint16Array;
  /** Index of the item in the answer it came from. */
  place: Uint32Array;
  /** Texts by kind, where kinds are texts. */
  texts: string[];
  /** The latest end of it and all before it: where overlapping ones may still reach a moment. */
  reach: Float64Array;
}

export interface Raw {
  from: number;
  to: number;
  kind: number;
  place: number;
}

export function trackOf(raw: Raw[], texts: string[]): Track {
  const kept = raw.filter(({ from, to }) => to > from);
  let sorted = true;
  for (let i = 1; i < kept.length && sorted; ++i) sorted = kept[i - 1]!.from <= kept[i]!.from;
  if (!sorted) kept.sort((a, b) => a.from - b.from);
  const track: Track = {
    from: new Float64Array(kept.length),
    to: new Float64Array(kept.length),
    kind: new Uint16Array(kept.length),
    place: new Uint32Array(kept.length),
    texts,
    reach: new Float64Array(kept.length),
  };
  let reach = -Infinity;
  kept.forEach((item, i) => {
    reach = Math.max(reach, item.to);
    track.reach[i] = reach;
    track.from[i] = item.from;
    track.to[i] = item.to;
    track.kind[i] = item.kind;
    track.place[i] = item.place;
  });
  return track;
}

const stateNumbers = new Map<string, number>(machineStates.map((state, number) => [state, number]));

export const stateOf = (track: Track, index: number): MachineState =>
  machineStates[track.kind[index] ?? 0] ?? 'offline';

/** The `place` of time the answer says nothing of, such as before the machine was connected. */
export const noPlace = 0xffff_ffff;

/** States of all of `bounds`: what the answer leaves out is offline, since nothing is known of it. */
export function stateTrack(items: readonly TimelineItem[], bounds: View): Track {
  const offline = stateNumbers.get('offline') ?? 0;
  const said = items.map((item, place) => ({
    from: instantOf(item.from),
    to: instantOf(item.to),
    kind: stateNumbers.get(knownState(item.state)) ?? offline,
    place,
  }));
  said.sort((a, b) => a.from - b.from);
  const raw: Raw[] = [];
  let at: number = bounds.from;
  for (const item of said) {
    if (item.from > at) raw.push({ from: at, to: item.from, kind: offline, place: noPlace });
    raw.push(item);
    at = Math.max(at, item.to);
  }
  if (bounds.to > at) raw.push({ from: at, to: bounds.to, kind: offline, place: noPlace });
  return trackOf(raw, []);
}

export function textTrack(items: readonly LaneItem[]): Track {
  const texts: string[] = [];
  const numbers = new Map<string, number>();
  const raw = items.map((item, place) => {
    let kind = numbers.get(item.value);
    if (kind === undefined) {
      kind = Math.min(texts.length, 65_535);
      numbers.set(item.value, kind);
      texts.push(item.value);
    }
    return { from: instantOf(item.from), to: instantOf(item.to), kind, place };
  });
  return trackOf(raw, texts);
}

/** Alarms that still stand reach to `end`. Kind 1 is a fault, 0 a warning. */
export function alarmTrack(items: readonly AlarmItem[], end: number): Track {
  return trackOf(
    items.map((item, place) => {
      const from = instantOf(item.from);
      const to = item.to === null ? Math.max(end, from + 1) : Math.max(instantOf(item.to), from + 1);
      return { from, to, kind: item.level.toLowerCase() === 'warning' ? 0 : 1, place };
    }),
    [],
  );
}

/** How many of the sorted `values` are below `limit`. */
export function lowerBound(values: Float64Array, limit: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] ?? 0) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** First and one past the last interval that touch the view; only for tracks without overlaps. */
export function visible(track: Track, view: View): [number, number] {
  const end = lowerBound(track.from, view.to);
  let start = Math.max(0, lowerBound(track.from, view.from) - 1);
  while (start < end && (track.to[start] ?? 0) <= view.from) ++start;
  return [start, end];
}

/** The interval that holds `at`, or -1. Of overlapping ones, the latest to start. */
export function indexAt(track: Track, at: number): number {
  let after = lowerBound(track.from, at);
  while ((track.from[after] ?? Infinity) <= at) ++after;
  for (let i = after - 1; i >= 0 && (track.reach[i] ?? 0) > at; --i)
    if ((track.to[i] ?? 0) > at) return i;
  return -1;
}
