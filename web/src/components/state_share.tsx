// How a time was divided among the states: one bar, trouble first, what is unknown striped.

import { machineStates, type MachineState } from '../state/states';
import type { Seconds } from '../api/units';
import { useWords } from '../i18n';
import { formatDuration, formatPercent } from '../time/format';
import type { Ratio } from '../api/units';
import classes from './state_share.module.css';

export interface StatePart {
  state: MachineState;
  time: Seconds;
  share: Ratio;
}

/** Largest meaning first, in the one order states have; states nobody was in are left out. */
export function statePartsOf(state_s: Partial<Record<MachineState, Seconds>>): StatePart[] {
  const whole = machineStates.reduce((sum, state) => sum + (state_s[state] ?? 0), 0);
  if (whole <= 0) return [];
  return machineStates
    .map((state) => ({ state, time: (state_s[state] ?? 0) as Seconds, share: ((state_s[state] ?? 0) / whole) as Ratio }))
    .filter(({ time }) => time > 0);
}

export function StateShare({ state_s, tall }: { state_s: Partial<Record<MachineState, Seconds>>; tall?: boolean }) {
  const { t, duration } = useWords();
  const parts = statePartsOf(state_s);
  const says = ({ state, time, share }: StatePart) => `${t(`state.${state}`)} ${formatPercent(share)}, ${formatDuration(time, duration)}`;
  return (
    <div className={classes.bar} data-tall={tall || undefined} role="img" aria-label={parts.map(says).join(' · ') || t('groups.noTime')}>
      {parts.map((part) => (
        <div
          key={part.state}
          className={part.state === 'offline' || part.state === 'estop' ? `stripes-${part.state}` : undefined}
          style={{ width: `${part.share * 100}%`, backgroundColor: `var(--fill-${part.state})` }}
          title={says(part)}
        />
      ))}
    </div>
  );
}
