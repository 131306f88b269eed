// A state in one glance: its colour, its sign, its word.

import { useWords } from '../i18n';
import type { MachineState } from '../state/states';
import { StateIcon } from './state_icon';
import classes from './state_pill.module.css';

interface StatePillProps {
  state: MachineState;
  size?: 'small' | 'medium' | 'large';
  /** Only the sign, the word for ears: where the word stands beside it already. */
  iconOnly?: boolean;
}

export function StatePill({ state, size = 'medium', iconOnly }: StatePillProps) {
  const { t } = useWords();
  const striped = state === 'offline' || state === 'estop';
  return (
    <span
      className={`${classes.pill} ${striped ? `stripes-${state}` : ''}`}
      data-state={state}
      data-size={size}
      style={{ backgroundColor: `var(--fill-${state})`, color: `var(--on-${state})` }}
    >
      <StateIcon state={state} size="1.15em" />
      <span className={iconOnly ? 'visually-hidden' : undefined}>{t(`state.${state}`)}</span>
    </span>
  );
}
