// Charts for the pages. The library behind them comes with the first chart that is shown, never with
// the first page; until it is here its place is kept.

import { Skeleton } from '@mantine/core';
import { lazy, Suspense, type ComponentProps } from 'react';
import type { EngineView as EngineViewType } from './engine_view';
import type { TrendChartProps } from './trend_chart';

const LazyTrend = lazy(async () => ({ default: (await import('./trend_chart')).TrendChart }));
const LazyEngine = lazy(async () => ({ default: (await import('./engine_view')).EngineView }));

/** Lines over time, with bands; see TrendChartProps. */
export function TrendChart(props: TrendChartProps) {
  return (
    <Suspense fallback={<Skeleton height={200} radius="md" />}>
      <LazyTrend {...props} />
    </Suspense>
  );
}

/** Any other chart: bars, lines, custom shapes. Colours come from `chartGround` and the palette. */
export function Chart(props: ComponentProps<typeof EngineViewType>) {
  return (
    <Suspense fallback={<Skeleton height={props.height} radius="md" />}>
      <LazyEngine {...props} />
    </Suspense>
  );
}

export type { Option } from './engine';
export type { TrendChartProps } from './trend_chart';
export { chartGround, lineColor, linesMax } from './colors';
export type { Line, Slices } from './series';
