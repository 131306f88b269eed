import { describe, expect, it } from 'vitest';
import { contrast } from '../theme/palette';
import { chartGround, lineColors, linesMax, lineStroke } from './colors';
import { axisGroups, normalised, pointsOf, rangeOf, readingAt, type Line, type Slices } from './series';

const slices = (values: ([number, number, number] | null)[], sliceMs = 10): Slices => ({
  at: Float64Array.from(values, (_, i) => 1000 + i * sliceMs),
  sliceMs,
  min: Float64Array.from(values, (value) => value?.[0] ?? NaN),
  avg: Float64Array.from(values, (value) => value?.[1] ?? NaN),
  max: Float64Array.from(values, (value) => value?.[2] ?? NaN),
});
const line = (id: string, unit: string, values: ([number, number, number] | null)[]): Line => ({ id, label: id, unit, slices: slices(values), place: 0 });
const sample = slices([[1, 2, 3], null, [4, 5, 6], [7, 8, 9]]);

describe('trend lines', () => {
  it.each([
    [1000, 2],
    [1009.9, 2],
    [1010, null],
    [1020, 5],
    [1039.9, 8],
    [1040, null],
    [999, null],
  ])('at %d the mean is %s', (at, mean) => expect(readingAt(sample, at)?.avg ?? null).toBe(mean));

  it('the range is of what is in view, and none where nothing was known', () => {
    expect(rangeOf(sample)).toEqual([1, 9]);
    expect(rangeOf(sample, 1020, 1030)).toEqual([4, 6]);
    expect(rangeOf(sample, 1010, 1020)).toBeNull();
    expect(rangeOf(slices([]))).toBeNull();
  });

  it('a gap is drawn as a gap, and a single slice as a dash', () => {
    const { mean, low, band } = pointsOf(sample);
    expect(mean).toEqual([
      [1000, 2], [1005, 2], [1010, 2], [1010, null],
      [1020, 5], [1025, 5], [1035, 8], [1040, 8],
    ]);
    expect(low[0]).toEqual([1000, 1]);
    expect(band[0]).toEqual([1000, 2]);
    expect(low.length).toBe(mean.length);
    expect(pointsOf(slices([null, null])).mean).toEqual([]);
  });

  it('units share an axis, in the order they were chosen', () => {
    const groups = axisGroups([line('a', 'kW', []), line('b', '%', []), line('c', 'kW', [])]);
    expect(groups.map(({ unit, lines }) => [unit, lines.map(({ id }) => id)])).toEqual([['kW', ['a', 'c']], ['%', ['b']]]);
  });

  it('normalised, a line goes from 0 to 100 by its own range; a flat one lies in the middle', () => {
    const scaled = normalised(line('a', 'kW', [[0, 5, 10], null, [20, 20, 20]]));
    expect([...scaled.slices.avg]).toEqual([25, NaN, 100]);
    expect(scaled.unit).toBe('%');
    expect([...normalised(line('b', '°C', [[7, 7, 7]])).slices.avg]).toEqual([50]);
    expect([...normalised(line('c', '', [null])).slices.avg]).toEqual([NaN]);
  });

  it('every line is readable on the card, and no two are told apart by colour alone', () => {
    for (const scheme of ['light', 'dark'] as const)
      for (const color of lineColors[scheme]) expect(contrast(color, chartGround(scheme).card), color).toBeGreaterThan(4.5);
    for (const scheme of ['light', 'dark'] as const) expect(new Set(lineColors[scheme]).size).toBe(linesMax);
    expect(new Set([0, 1, 2, 3].map((place) => String(lineStroke(place)))).size).toBe(4);
  });
});
