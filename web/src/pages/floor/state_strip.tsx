// How many machines are in each state; touching one shows only those.

import { useWords } from '../../i18n';
import type { MachineState } from '../../state/states';
import { StateIcon } from '../../components/state_icon';
import type { StateCount } from './grouping';
import classes from './state_strip.module.css';

interface Props {
  counts: StateCount[];
  total: number;
  chosen: MachineState | null;
  onChoose: (state: MachineState | null) => void;
}

export function StateStrip({ counts, total, chosen, onChoose }: Props) {
  const { t } = useWords();
  const shown =
    chosen === null || counts.some(({ state }) => state === chosen)
      ? counts
      : [...counts, { state: chosen, count: 0 }];
  return (
    <div className={classes.strip} role="group" aria-label={t('floor.filterLabel')}>
      <button type="button" className={classes.chip} aria-pressed={chosen === null} onClick={() => onChoose(null)}>
        <span>{t('floor.all')}</span>
        <strong className="number">{total}</strong>
      </button>
      {shown.map(({ state, count }) => (
        <button
          key={state}
          type="button"
          className={classes.chip}
          aria-pressed={chosen === state}
          onClick={() => onChoose(chosen === state ? null : state)}
        >
          <span className={classes.sign} style={{ background: `var(--fill-${state})`, color: `var(--on-${state})` }}>
            <StateIcon state={state} size={20} />
          </span>
          <span>{t(`state.${state}`)}</span>
          <strong className="number">{count}</strong>
        </button>
      ))}
    </div>
  );
}
