// How the group's machines spent the window, together, with a legend that says it in words.

import type { Kpi } from '../../api/types';
import { Card } from '../../components/card';
import { StateIcon } from '../../components/state_icon';
import { StateShare, statePartsOf } from '../../components/state_share';
import { useWords } from '../../i18n';
import { formatDuration, formatPercent } from '../../time/format';
import classes from './states_card.module.css';

export function StatesCard({ kpi }: { kpi: Kpi }) {
  const { t, duration } = useWords();
  return (
    <Card title={t('groups.stateShare')} aside={<span className="dim">{t('groups.ofCalendar')}</span>}>
      <StateShare state_s={kpi.state_s} tall />
      <ul className={classes.legend}>
        {statePartsOf(kpi.state_s).map(({ state, time, share }) => (
          <li key={state}>
            <span
              className={`${classes.sign} ${state === 'offline' || state === 'estop' ? `stripes-${state}` : ''}`}
              style={{ backgroundColor: `var(--fill-${state})`, color: `var(--on-${state})` }}
            >
              <StateIcon state={state} size={20} />
            </span>
            <span className={classes.word}>{t(`state.${state}`)}</span>
            <strong className="number">{formatPercent(share)}</strong>
            <span className="dim number">{formatDuration(time, duration)}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
