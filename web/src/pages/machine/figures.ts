// The figures of the KPI document, as the pages show them: which there are, what unit each has, and
// where its value and its reason for having none stand.

import type { Kpi, Utilization } from '../../api/types';

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
