import { describe, expect, it } from 'vitest';
import { instant } from '../api/units';
import type { View } from '../timeline/view';
import { axisGroups, type Line } from './series';
import { heightOf, trendAxes, trendSeries, type TrendLayout } from './trend_option';

const zone = 'Asia/Taipei';
const view: View = { from: instant(0), to: instant(3_600_000) };
const layout: TrendLayout = { left: 60, right: 0, panels: true, panelHeight: 120, axisWidth: 52, scale: 1 };
const line = (id: string, unit: string, value: number | null): Line => {
  const one = Float64Array.of(value ?? NaN);
  return { id, label: id, unit, place: 0, slices: { at: Float64Array.of(0), sliceMs: 3_600_000, min: one, avg: one, max: one } };
};

interface Axis {
  min: number;
  max: number;
  name?: string;
  gridIndex: number;
  position?: string;
  axisLabel: { show: boolean };
}
const axes = (lines: Line[], of: TrendLayout = layout) => trendAxes(axisGroups(lines), view, of, 660, zone, 'light') as { grid: unknown[]; xAxis: Axis[]; yAxis: Axis[] };

describe('the axes of a trend', () => {
  it('one panel a unit, all of the same time, only the last with its hours', () => {
    const { grid, xAxis, yAxis } = axes([line('a', 'kW', 5), line('b', '%', 30), line('c', 'kW', 6)]);
    expect(grid.length).toBe(2);
    expect(yAxis.map(({ name }) => name)).toEqual(['kW', '%']);
    expect(xAxis.map(({ min, max }) => [min, max])).toEqual([[0, 3_600_000], [0, 3_600_000]]);
    expect(xAxis.map(({ axisLabel }) => axisLabel.show)).toEqual([false, true]);
  });

  it('in one plot axes stand left and right by turns', () => {
    const { grid, yAxis } = axes([line('a', 'kW', 5), line('b', '%', 30), line('c', 'bar', 6)], { ...layout, panels: false });
    expect(grid.length).toBe(1);
    expect(yAxis.map(({ position }) => position)).toEqual(['left', 'right', 'left']);
  });

  it('reaches a little over its values, not below zero for what never is, and is bare where nothing is known', () => {
    const { yAxis } = axes([line('a', 'kW', 5), line('b', '%', 0), line('c', '°C', -5), line('d', 'bar', null)]);
    const [kw, percent, celsius, bar] = yAxis;
    expect([kw!.min, kw!.max]).toEqual([4.5, 5.5]);
    expect(percent!.min).toBe(0);
    expect(celsius!.min).toBeLessThan(-5);
    expect(bar!.axisLabel.show).toBe(false);
  });

  it('is as high as its panels', () => {
    expect(heightOf(3, layout)).toBeGreaterThan(3 * 120);
    expect(heightOf(3, { ...layout, panels: false })).toBe(heightOf(1, layout));
  });
});

describe('the lines of a trend', () => {
  it('each is a lower edge, a band and a mean on its unit\'s axis', () => {
    const series = trendSeries(axisGroups([line('a', 'kW', 5), line('b', '%', 30)]), layout, 'dark') as { yAxisIndex: number; data: unknown[] }[];
    expect(series.map(({ yAxisIndex }) => yAxisIndex)).toEqual([0, 0, 0, 1, 1, 1]);
    expect(series.every(({ data }) => data.length > 0)).toBe(true);
  });
});
