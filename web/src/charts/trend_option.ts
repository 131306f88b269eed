// A trend chart as the chart library wants it told: one panel or one axis for each unit.

import { xOf, type View } from '../timeline/view';
import { ticksOf } from '../timeline/ticks';
import { formatNumber } from '../time/format';
import { fontFamily } from '../theme/theme';
import { chartGround, lineColor, lineStroke, type Scheme } from './colors';
import type { Option } from './engine';
import { pointsOf, rangeOf, type AxisGroup } from './series';

export interface TrendLayout {
  /** Pixels left of the plot, where the first axis stands. */
  left: number;
  right: number;
  /** One panel for each unit, below each other; else all in one with several axes. */
  panels: boolean;
  panelHeight: number;
  axisWidth: number;
  scale: number;
}

export const panelGap = 16;
export const axisHeight = 24;

export function heightOf(groups: number, layout: TrendLayout): number {
  const panels = layout.panels ? Math.max(1, groups) : 1;
  return Math.round(panels * layout.panelHeight + (panels - 1) * panelGap * layout.scale + (axisHeight + 18) * layout.scale);
}

/** A little room above and below, and round ends; a flat line keeps clear of the edges. */
function extentOf(group: AxisGroup, view: View): [number, number] | null {
  let least = Infinity;
  let most = -Infinity;
  for (const { slices } of group.lines) {
    const range = rangeOf(slices, view.from, view.to);
    if (range === null) continue;
    least = Math.min(least, range[0]);
    most = Math.max(most, range[1]);
  }
  if (least > most) return null;
  const room = most > least ? (most - least) * 0.06 : Math.abs(most) * 0.1 || 1;
  // What is never below zero does not show an axis that is.
  return [least >= 0 && least - room < 0 ? 0 : least - room, most + room];
}

/** The axes: what changes with the part that is looked at. */
export function trendAxes(groups: readonly AxisGroup[], view: View, layout: TrendLayout, width: number, zone: string, scheme: Scheme): Option {
  const colors = chartGround(scheme);
  const { left, right, panels, panelHeight, axisWidth, scale } = layout;
  const font = { fontFamily, fontSize: 12 * scale, color: colors.dim };
  const top = (panel: number) => 18 * scale + panel * (panelHeight + panelGap * scale);
  const count = panels ? groups.length : 1;
  const ticks = ticksOf(view, Math.max(1, width - left - right), zone, 76 * scale);
  // A label that would reach over the edge is left out: the plots have to stay as wide as the timeline.
  const room = 18 * scale;
  const plot = Math.max(1, width - left - right);
  const inside = ticks.filter(({ at }) => xOf(at, view, plot) < plot - room + right);
  const labels = new Map<number, string>(inside.map(({ at, label }) => [at, label]));

  const grid = Array.from({ length: count }, (_, panel) => ({ left, right, top: top(panel), height: panelHeight, containLabel: false, outerBoundsMode: 'none' as const }));
  const xAxis = grid.map((_, panel) => ({
    type: 'value' as const,
    gridIndex: panel,
    min: view.from,
    max: view.to,
    // Marks at round times of the plant's clock, which the library does not know.
    axisTick: { show: false, customValues: ticks.map(({ at }) => at) },
    axisLabel: {
      ...font,
      show: panel === count - 1,
      customValues: ticks.map(({ at }) => at),
      formatter: (value: number) => labels.get(value) ?? '',
      hideOverlap: true,
      showMinLabel: null,
      showMaxLabel: null,
    },
    axisLine: { lineStyle: { color: colors.line } },
    splitLine: { show: false },
    axisPointer: { show: false },
  }));
  const yAxis = groups.map((group, place) => {
    const extent = extentOf(group, view);
    const leftSide = panels || place % 2 === 0;
    return {
      type: 'value' as const,
      gridIndex: panels ? place : 0,
      position: leftSide ? ('left' as const) : ('right' as const),
      offset: panels ? 0 : Math.floor(place / 2) * axisWidth,
      name: group.unit,
      nameLocation: 'end' as const,
      nameGap: 6 * scale,
      nameTextStyle: { ...font, fontWeight: 600, align: leftSide ? ('right' as const) : ('left' as const), padding: leftSide ? [0, 6, 0, 0] : [0, 0, 0, 6] },
      min: extent?.[0] ?? 0,
      max: extent?.[1] ?? 1,
      splitNumber: Math.max(2, Math.round(panelHeight / (44 * scale))),
      axisLabel: { ...font, show: extent !== null, showMinLabel: false, showMaxLabel: false, formatter: (value: number) => formatNumber(value, 4) },
      axisLine: { show: !panels && groups.length > 1, lineStyle: { color: colors.line } },
      axisTick: { show: false },
      splitLine: { show: extent !== null && (panels || place === 0), lineStyle: { color: colors.line, opacity: 0.7 } },
    };
  });
  return { grid, xAxis, yAxis };
}

/** The lines with their bands: what changes with the data. */
export function trendSeries(groups: readonly AxisGroup[], { panels, scale }: TrendLayout, scheme: Scheme): Option[] {
  // Bands that lie on each other must not hide the lines.
  const crowded = groups.length > 0 && groups.reduce((sum, group) => sum + group.lines.length, 0) / (panels ? groups.length : 1) > 2;
  return groups.flatMap((group, place) =>
    group.lines.flatMap((line) => {
      const { mean, low, band } = pointsOf(line.slices);
      const color = lineColor(line.place, scheme);
      const common = {
        type: 'line' as const,
        xAxisIndex: panels ? place : 0,
        yAxisIndex: place,
        showSymbol: false,
        silent: true,
        animation: false,
        connectNulls: false,
        emphasis: { disabled: true },
        clip: true,
      };
      const edge = { ...common, stack: `${line.id} band`, stackStrategy: 'all' as const, lineStyle: { opacity: 0 }, z: 2 };
      return [
        { ...edge, data: low },
        { ...edge, data: band, areaStyle: { color, opacity: (scheme === 'light' ? 0.2 : 0.28) * (crowded ? 0.45 : 1) } },
        { ...common, data: mean, lineStyle: { color, width: 1.8 * scale, type: lineStroke(line.place) }, itemStyle: { color }, z: 3 },
      ];
    }),
  );
}
