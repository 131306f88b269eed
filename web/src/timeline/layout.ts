// Intervals into pixels. What is wide enough becomes a box; what is narrower than a pixel shares
// that pixel's column by time, so that a month of short cycles still shows how much of it was
// running, and a short stop is neither lost nor made larger than it was.

import { partsIn, type Steps } from './steps';
import { spentUntil, type Sums } from './sums';
import { lowerBound, visible, type Track } from './tracks';
import { xOf, type View } from './view';

export interface Box {
  x: number;
  width: number;
  kind: number;
  /** Which interval of the track; -1 for several. */
  index: number;
}

/** One pixel column: how much of its time each kind took, 0..1, kinds ascending. */
export interface Column {
  x: number;
  shares: [kind: number, share: number][];
}

export interface Layout {
  boxes: Box[];
  columns: Column[];
}

export function layoutOf(track: Track, view: View, width: number): Layout {
  const boxes: Box[] = [];
  const columns: Column[] = [];
  const perPx = (view.to - view.from) / Math.max(1, width);
  let column = -1;
  let shares = new Map<number, number>();

  const finish = () => {
    if (column >= 0 && shares.size > 0)
      columns.push({ x: column, shares: [...shares].sort((a, b) => a[0] - b[0]) });
    shares = new Map();
  };
  const share = (pixel: number, kind: number, ms: number) => {
    if (pixel !== column) {
      finish();
      column = pixel;
    }
    shares.set(kind, (shares.get(kind) ?? 0) + ms / perPx);
  };

  const [start, end] = visible(track, view);
  for (let i = start; i < end; ++i) {
    const from = Math.max(track.from[i] ?? 0, view.from);
    const to = Math.min(track.to[i] ?? 0, view.to);
    if (to <= from) continue;
    const kind = track.kind[i] ?? 0;
    const left = xOf(from, view, width);
    const right = xOf(to, view, width);
    const first = Math.floor(left);
    const last = Math.min(Math.floor(right), Math.max(0, Math.ceil(width) - 1));
    const wholeFrom = Math.ceil(left);
    const wholeTo = Math.floor(right);
    if (wholeTo > wholeFrom) {
      boxes.push({ x: wholeFrom, width: wholeTo - wholeFrom, kind, index: i });
      if (wholeFrom > left) share(first, kind, (wholeFrom - left) * perPx);
      if (right > wholeTo && wholeTo <= last) share(wholeTo, kind, (right - wholeTo) * perPx);
    } else if (first === last || right === wholeTo) {
      share(first, kind, to - from);
    } else {
      share(first, kind, (wholeFrom - left) * perPx);
      share(last, kind, (right - wholeFrom) * perPx);
    }
  }
  finish();
  return { boxes, columns };
}

/** From here on pixels are cheaper than intervals. */
const intervalsPerPx = 2;
const wholeShare = 0.9999;

/** The same picture, from sums where there are more intervals than pixels. */
export function layoutOfSums(sums: Sums, view: View, width: number): Layout {
  const [start, end] = visible(sums.track, view);
  if (end - start <= width * intervalsPerPx) return layoutOf(sums.track, view, width);
  const boxes: Box[] = [];
  const columns: Column[] = [];
  const perPx = (view.to - view.from) / width;
  const { kinds } = sums;
  let before = new Float64Array(kinds.length);
  let after = new Float64Array(kinds.length);
  spentUntil(sums, view.from, before);
  for (let x = 0; x < width; ++x) {
    spentUntil(sums, view.from + (x + 1) * perPx, after);
    const shares: Column['shares'] = [];
    for (let place = 0; place < kinds.length; ++place) {
      const share = ((after[place] ?? 0) - (before[place] ?? 0)) / perPx;
      if (share > 1e-9) shares.push([kinds[place] ?? 0, share]);
    }
    const [only] = shares;
    const box = boxes[boxes.length - 1];
    if (only === undefined || shares.length > 1 || only[1] < wholeShare) {
      if (only !== undefined) columns.push({ x, shares });
    } else if (box !== undefined && box.kind === only[0] && box.x + box.width === x) box.width += 1;
    else boxes.push({ x, width: 1, kind: only[0], index: -1 });
    [before, after] = [after, before];
  }
  return { boxes, columns };
}

/** Spans that must never vanish, such as alarms: at least `least` wide, merged where they touch. */
export function spansOf(track: Track, view: View, width: number, least = 3): Box[] {
  const boxes: Box[] = [];
  const end = lowerBound(track.from, view.to);
  for (let i = lowerBound(track.reach, view.from); i < end; ++i) {
    if ((track.to[i] ?? 0) <= view.from) continue;
    const x = Math.max(0, xOf(track.from[i] ?? 0, view, width));
    const right = Math.max(Math.min(width, xOf(track.to[i] ?? 0, view, width)), x + least);
    const kind = track.kind[i] ?? 0;
    const before = boxes[boxes.length - 1];
    if (before !== undefined && before.kind === kind && x <= before.x + before.width + 0.5)
      before.width = Math.max(before.width, right - before.x);
    else boxes.push({ x, width: right - x, kind, index: i });
  }
  return boxes;
}

export interface Bin {
  x: number;
  width: number;
  parts: number;
}

const binMsChoices = [1, 2, 5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200].map((s) => s * 1000);
const binPxLeast = 9;

/** How much time one bin holds: a round length, wide enough to be seen, or touched. */
export function binMsOf(view: View, width: number): number {
  const least = ((view.to - view.from) / Math.max(1, width)) * binPxLeast;
  return binMsChoices.find((each) => each >= least) ?? Math.ceil(least / 86_400_000) * 86_400_000;
}

/** Parts per bin of the view. Bins start at fixed times, so that they don't flicker while panning. */
export function binsOf(steps: Steps, view: View, width: number): Bin[] {
  const span = view.to - view.from;
  if (span <= 0 || width <= 0) return [];
  const binMs = binMsOf(view, width);
  const binPx = (binMs / span) * width;
  const bins: Bin[] = [];
  for (let at = Math.floor(view.from / binMs) * binMs; at < view.to; at += binMs) {
    const parts = partsIn(steps, Math.max(at, view.from), Math.min(at + binMs, view.to));
    if (parts > 0) bins.push({ x: xOf(at, view, width), width: binPx, parts });
  }
  return bins;
}
