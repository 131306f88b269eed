// Trends: a line with its band for each signal, on the same time as what stands above or beside it.
// Drag, wheel, fingers and keys move and zoom it as they do the timeline.

import { useComputedColorScheme } from '@mantine/core';
import { useMemo, useState } from 'react';
import { instant, type Instant } from '../api/units';
import { useWords } from '../i18n';
import { formatDateTime } from '../time/format';
import { useCursorAt, type Cursor } from '../timeline/cursor';
import { useGestures } from '../timeline/gestures';
import { timeAt, xOf, type View } from '../timeline/view';
import type { Engine } from './engine';
import { EngineView } from './engine_view';
import { axisGroups, type Line } from './series';
import { TrendLegend } from './trend_legend';
import { axisHeight, heightOf, trendAxes, trendSeries } from './trend_option';
import { letterScale, useWidth } from './use_size';
import classes from './trend_chart.module.css';

export interface TrendChartProps {
  /** At most `linesMax`. */
  lines: readonly Line[];
  view: View;
  bounds: View;
  onView: (view: View) => void;
  cursor: Cursor;
  zone: string;
  /** What it is called for who does not see it. */
  label: string;
  /** Pixels kept free left of the plot, so that it lines up with a timeline above. */
  gutter?: number;
  /** One panel a unit; else one plot with an axis for each. Narrow ones always have panels. */
  panels?: boolean;
  panelHeight?: number;
  /** A tap or a click on a moment. */
  onPick?: (at: Instant) => void;
  onRemove?: (id: string) => void;
  /** Where the drawn lines are scaled: the true ones, for the words. */
  real?: readonly Line[] | undefined;
  onEngine?: (engine: Engine | null) => void;
}

const stackedHeightMax = 150;

export function TrendChart(props: TrendChartProps) {
  const { lines, view, bounds, onView, cursor, zone, label, gutter, panels = false, panelHeight = 120, onPick, onRemove, real, onEngine } = props;
  const { t } = useWords();
  const scheme = useComputedColorScheme('light');
  const [frame, width] = useWidth();
  const [scale] = useState(letterScale);
  const groups = useMemo(() => axisGroups(lines), [lines]);
  const axisWidth = 52 * scale;
  const stacked = panels || groups.length > 4 || (width < 560 && groups.length > 2);
  const layout = useMemo(() => {
    const leftAxes = stacked ? 1 : Math.max(1, Math.ceil(groups.length / 2));
    const rightAxes = stacked ? 0 : Math.floor(groups.length / 2);
    return {
      left: Math.max(gutter ?? 0, leftAxes * axisWidth),
      right: rightAxes * axisWidth,
      panels: stacked,
      panelHeight: (stacked ? Math.min(panelHeight, stackedHeightMax) : panelHeight) * scale,
      axisWidth,
      scale,
    };
  }, [stacked, groups.length, gutter, axisWidth, panelHeight, scale]);
  const axes = useMemo(() => trendAxes(groups, view, layout, width, zone, scheme), [groups, view, layout, width, zone, scheme]);
  // Lines go over to the library with their data; a movement after that is only one of the axes.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const option = useMemo(() => ({ animation: false, ...axes, series: trendSeries(groups, layout, scheme) }), [groups, layout, scheme]);
  const height = heightOf(groups.length, layout);
  const plot = Math.max(1, width - layout.left - layout.right);

  const point = (x: number | null) => {
    const inside = x !== null && x >= 0 && x < plot;
    cursor.set(inside ? instant(Math.round(timeAt(x, view, plot))) : null);
  };
  const step = (by: -1 | 1) => {
    const from = cursor.get() ?? timeAt(0.5, view, 1);
    cursor.set(instant(Math.min(view.to - 1, Math.max(view.from, Math.round(from + (by * (view.to - view.from)) / 100)))));
  };
  const gestures = useGestures({
    element: frame, view, bounds, width: plot, left: layout.left, onView, onPoint: point, onStep: step,
    onPick: onPick && ((x) => x >= 0 && x < plot && onPick(timeAt(x, view, plot))),
    onEnter: onPick && (() => { const at = cursor.get(); if (at !== null) onPick(at); }),
  });

  return (
    <div>
      <TrendLegend lines={real ?? lines} cursor={cursor} onRemove={onRemove} />
      <div
        ref={frame}
        className={classes.frame}
        tabIndex={0}
        role="application"
        data-trend={lines.map(({ id }) => id).join(' ')}
        aria-label={`${label}. ${t('trend.summary', { from: formatDateTime(view.from, zone), to: formatDateTime(view.to, zone), count: lines.length })} ${t('trend.hint')}`}
        {...gestures}
      >
        {width > 0 && <EngineView option={option} patch={axes} height={height} onEngine={onEngine} />}
        <CursorLine cursor={cursor} view={view} left={layout.left} plot={plot} bottom={axisHeight * scale} />
      </div>
    </div>
  );
}

function CursorLine({ cursor, view, left, plot, bottom }: { cursor: Cursor; view: View; left: number; plot: number; bottom: number }) {
  const at = useCursorAt(cursor);
  if (at === null || at < view.from || at >= view.to) return null;
  return <div className={classes.cursor} style={{ left: left + xOf(at, view, plot), bottom }} />;
}
