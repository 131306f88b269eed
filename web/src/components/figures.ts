// The figures of the KPI document, as the pages show them: which there are, what unit each has, and
// where its value and its reason for having none stand.

import type { Kpi, Utilization } from '../api/types';

export const utilizationNames = ['pbt', 'pot', 'powered', 'calendar'] as const satisfies readonly (keyof Utilization)[];

export type FigureName =
  | 'availability'
  | 'availability_known'
  | 'performance'
  | 'quality'
  | 'oee'
  | 'parts.total'
  | 'mtbf_s'
  | 'mttr_s'
  | 'coverage'
  | `utilization.${keyof Utilization}`;

export type FigureUnit = 'ratio' | 's' | 'parts';

export function unitOf(figure: FigureName): FigureUnit {
  if (figure === 'parts.total') return 'parts';
  return figure === 'mtbf_s' || figure === 'mttr_s' ? 's' : 'ratio';
}

export function valueOf(kpi: Kpi, figure: FigureName): number | null {
  if (figure === 'parts.total') return kpi.parts.total;
  if (figure.startsWith('utilization.'))
    return kpi.utilization[figure.slice('utilization.'.length) as keyof Utilization];
  return kpi[figure as Exclude<FigureName, 'parts.total' | `utilization.${string}`>];
}

/** Why a figure has no value, in the box's words; none when it said nothing. */
export function whyOf(kpi: Kpi, figure: FigureName): string | undefined {
  const last = figure.slice(figure.indexOf('.') + 1);
  const bare = figure.replace(/_s$/, '');
  return kpi.why[figure] ?? kpi.why[bare] ?? kpi.why[last] ?? (figure.startsWith('utilization.') ? kpi.why['utilization'] : undefined);
}

export const lowCoverage = 0.95;

/**
 * Where what a missing figure lacks is set: the machine's form, or the calendar; null when nothing can
 * be set about it, since it only lacks data.
 */
export function whereToSet(kpi: Kpi, figure: FigureName): 'machine' | 'calendar' | null {
  if (figure === 'performance' && kpi.performance === null) return (kpi.planned_state_s?.run ?? 0) > 0 ? 'machine' : null;
  // Parts were made, but nobody tells the good from the bad.
  if (figure === 'quality' && kpi.quality === null) return kpi.parts.good === null && kpi.parts.scrap === null ? 'machine' : null;
  if (figure === 'parts.total' && kpi.parts.total === null) return 'machine';
  if ((figure === 'availability' || figure === 'coverage') && kpi.pbt_s === 0) return 'calendar';
  return null;
}
