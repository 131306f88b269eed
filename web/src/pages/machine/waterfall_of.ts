// How long each bar of the waterfall is. Pure.

import type { Kpi } from '../../api/types';
import { machineStates, type MachineState } from '../../state/states';

export interface WaterfallRow {
  name: 'window' | 'pot' | 'pbt' | 'run' | 'net' | 'effective';
  /** Null when it can't be had: a factor is missing. */
  length: number | null;
}

/** How long each bar is, in seconds. A factor that is missing ends the fall there. */
export function waterfallOf(kpi: Kpi): WaterfallRow[] {
  const run = kpi.planned_state_s?.run ?? (kpi.availability === null ? null : kpi.availability * kpi.pbt_s);
  const net = run === null || kpi.performance === null ? null : run * kpi.performance;
  return [
    { name: 'window', length: kpi.window_s },
    { name: 'pot', length: kpi.pot_s },
    { name: 'pbt', length: kpi.pbt_s },
    { name: 'run', length: run },
    { name: 'net', length: net },
    { name: 'effective', length: net === null || kpi.quality === null ? null : net * kpi.quality },
  ];
}

/** What planned time was spent on instead of running, longest first; unknown time last. */
export function lossesOf(kpi: Kpi): [MachineState, number][] {
  const states = kpi.planned_state_s ?? {};
  const unknown = Math.max(0, kpi.pbt_s - kpi.known_s);
  const lost = machineStates
    .filter((state) => state !== 'run' && state !== 'offline')
    .map((state): [MachineState, number] => [state, states[state] ?? 0])
    .filter(([, length]) => length > 0.5)
    .sort((a, b) => b[1] - a[1]);
  return unknown > 0.5 ? [...lost, ['offline', unknown]] : lost;
}
