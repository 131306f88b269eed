// How long the machine was in each state, in the part of the timeline one looks at.

import { useMemo } from 'react';
import { ratio, seconds } from '../../api/units';
import { StateIcon } from '../../components/state_icon';
import { useWords } from '../../i18n';
import { machineStates } from '../../state/states';
import { formatDuration, formatPercent } from '../../time/format';
import type { TimelineModel } from '../../timeline/model';
import { secondsByState } from '../../timeline/sums';
import type { View } from '../../timeline/view';
import classes from './state_legend.module.css';

export function StateLegend({ model, view }: { model: TimelineModel; view: View }) {
  const { t, duration } = useWords();
  const spent = useMemo(() => secondsByState(model.sums, view), [model, view]);
  const whole = Math.max(1e-3, (view.to - view.from) / 1000);
  return (
    <div>
      <h3 className={classes.title}>{t('timeline.legend')}</h3>
      <ul className={classes.legend}>
        {machineStates
          .filter((state) => spent.has(state))
          .map((state) => {
            const time = spent.get(state) ?? seconds(0);
            const stripes = state === 'offline' || state === 'estop' ? `stripes-${state}` : '';
            return (
              <li key={state}>
                <span className={`${classes.sign} ${stripes}`} style={{ backgroundColor: `var(--fill-${state})`, color: `var(--on-${state})` }}>
                  <StateIcon state={state} size={18} />
                </span>
                <span className={classes.word}>{t(`state.${state}`)}</span>
                <span className={`${classes.time} number`}>{formatDuration(seconds(Math.round(time)), duration, 'exact')}</span>
                <span className="number dim">{formatPercent(ratio(time / whole))}</span>
              </li>
            );
          })}
      </ul>
    </div>
  );
}
