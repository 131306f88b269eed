// From calendar time down to the time good parts are worth. Each step is the one before it times one
// factor of the KPI document, so it is as exact as they are; where a factor is missing, it ends.

import type { Kpi } from '../../api/types';
import { seconds, type Ratio, type Seconds } from '../../api/units';

export const stepNames = ['calendar', 'planned', 'running', 'net', 'good'] as const;
export type StepName = (typeof stepNames)[number];

export interface Step {
  name: StepName;
  /** Null: it can't be had, and `missing` names the figure that says why. */
  time: Seconds | null;
  /** Of calendar time. */
  share: number | null;
  /** Of the step before. */
  kept: Ratio | null;
  missing?: 'availability' | 'performance' | 'oee';
  /** Of planned time, of which nothing is known: it is not in `running`, and nobody may call it idle. */
  unknown?: number;
}

const times = (time: Seconds | null, factor: Ratio | null): Seconds | null =>
  time === null || factor === null ? null : seconds(time * factor);

export function stepsOf(kpi: Kpi): Step[] {
  const whole = Math.max(kpi.window_s, 1e-9);
  const share = (time: Seconds | null) => (time === null ? null : time / whole);
  const running = kpi.planned_state_s?.run ?? times(kpi.pbt_s, kpi.availability);
  const net = times(running, kpi.performance);
  const good = times(kpi.pbt_s, kpi.oee);
  const step = (name: StepName, time: Seconds | null, before: Seconds | null, missing?: Step['missing']): Step => ({
    name,
    time,
    share: share(time),
    kept: time === null || before === null || before <= 0 ? null : ((time / before) as Ratio),
    ...(time === null && missing !== undefined && { missing }),
  });
  return [
    step('calendar', kpi.window_s, null),
    step('planned', kpi.pbt_s, kpi.window_s),
    { ...step('running', running, kpi.pbt_s, 'availability'), unknown: Math.max(0, kpi.pbt_s - kpi.known_s) / whole },
    step('net', net, running, 'performance'),
    step('good', good, net, 'oee'),
  ];
}
