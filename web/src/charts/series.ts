// What a trend is made of, and what is worked out from it before it is drawn. Pure.

import { lowerBound } from '../timeline/tracks';

/** Slices of equal length; NaN where nothing was known. A value holds for its whole slice. */
export interface Slices {
  /** Start of each slice, milliseconds, ascending. */
  at: Float64Array;
  sliceMs: number;
  min: Float64Array;
  avg: Float64Array;
  max: Float64Array;
}

export interface Line {
  id: string;
  label: string;
  unit: string;
  slices: Slices;
  /** Which of the colours and strokes it is drawn with. */
  place: number;
}

export interface Reading {
  min: number;
  avg: number;
  max: number;
}

/** What a line shows at a moment; null in a gap, and outside of what was asked. */
export function readingAt({ at, sliceMs, min, avg, max }: Slices, moment: number): Reading | null {
  const index = lowerBound(at, moment + 1e-6) - 1;
  const from = at[index];
  if (from === undefined || moment >= from + sliceMs) return null;
  const value = avg[index] ?? NaN;
  return Number.isNaN(value) ? null : { min: min[index] ?? value, avg: value, max: max[index] ?? value };
}

/** Least and greatest value of a line within [from, to); null when it has none there. */
export function rangeOf({ at, sliceMs, min, max }: Slices, from = -Infinity, to = Infinity): [number, number] | null {
  let least = Infinity;
  let most = -Infinity;
  for (let i = Math.max(0, lowerBound(at, from) - 1); i < at.length; ++i) {
    const start = at[i] ?? 0;
    if (start >= to) break;
    if (start + sliceMs <= from) continue;
    const low = min[i] ?? NaN;
    const high = max[i] ?? NaN;
    if (low < least) least = low;
    if (high > most) most = high;
  }
  return least <= most ? [least, most] : null;
}

/**
 * Lines by unit, in the order they were chosen: one axis for each. Normalised, all share one of
 * 0..100 % and are scaled by their own range.
 */
export interface AxisGroup {
  unit: string;
  lines: Line[];
}

export function axisGroups(lines: readonly Line[]): AxisGroup[] {
  const groups: AxisGroup[] = [];
  for (const line of lines) {
    const group = groups.find(({ unit }) => unit === line.unit);
    if (group === undefined) groups.push({ unit: line.unit, lines: [line] });
    else group.lines.push(line);
  }
  return groups;
}

/** The line from 0 (its least) to 100 (its greatest); a flat one lies in the middle. */
export function normalised(line: Line, from?: number, to?: number): Line {
  const range = rangeOf(line.slices, from, to);
  if (range === null) return { ...line, unit: '%' };
  const [least, most] = range;
  const scale = (value: number) => (most > least ? ((value - least) / (most - least)) * 100 : Number.isNaN(value) ? value : 50);
  const { slices } = line;
  return {
    ...line,
    unit: '%',
    slices: { ...slices, min: slices.min.map(scale), avg: slices.avg.map(scale), max: slices.max.map(scale) },
  };
}

type Point = [at: number, value: number | null];

/**
 * Points of the mean, of the lower edge, and of the band's height above it. Each run of known slices
 * begins and ends where its slices do, so that a single one is a dash and not nothing; between runs
 * stands a null, which is a gap.
 */
export function pointsOf({ at, sliceMs, min, avg, max }: Slices): { mean: Point[]; low: Point[]; band: Point[] } {
  const mean: Point[] = [];
  const low: Point[] = [];
  const band: Point[] = [];
  const push = (moment: number, i: number) => {
    const least = min[i] ?? NaN;
    mean.push([moment, avg[i] ?? null]);
    low.push([moment, least]);
    band.push([moment, (max[i] ?? NaN) - least]);
  };
  let open = false;
  for (let i = 0; i < at.length; ++i) {
    const start = at[i] ?? 0;
    const known = !Number.isNaN(avg[i] ?? NaN);
    if (!known) {
      if (open) for (const points of [mean, low, band]) points.push([start, null]);
      open = false;
      continue;
    }
    if (!open) push(start, i);
    push(start + sliceMs / 2, i);
    open = true;
    const next = avg[i + 1];
    if (next === undefined || Number.isNaN(next)) push(start + sliceMs, i);
  }
  return { mean, low, band };
}
