// Where the time of the window went, from the calendar down to what became good parts: each bar is
// what the one above leaves. Bars are drawn from the box's own figures.

import type { Kpi } from '../../api/types';
import { seconds, type Seconds } from '../../api/units';
import { StateIcon } from '../../components/state_icon';
import { useWords } from '../../i18n';
import type { MachineState } from '../../state/states';
import { formatDuration } from '../../time/format';
import { lossesOf, waterfallOf } from './waterfall_of';
import classes from './waterfall.module.css';

const percent = (length: number, whole: number) => `${Math.max(0, Math.min(100, (length / Math.max(1, whole)) * 100))}%`;

export function Waterfall({ kpi }: { kpi: Kpi }) {
  const { t, duration } = useWords();
  const text = (length: number) => formatDuration(seconds(Math.round(length)), duration);
  const losses = lossesOf(kpi);
  return (
    <div className={classes.waterfall} data-waterfall>
      <h3>{t('waterfall.title')}</h3>
      <ol className={classes.rows}>
        {waterfallOf(kpi).map(({ name, length }) => (
          <li key={name} data-row={name} data-missing={length === null || undefined}>
            <span className={classes.name}>{t(`waterfall.${name}`)}</span>
            <span className={classes.track}>
              {length !== null && (
                <span className={classes.bar} style={{ width: percent(length, kpi.window_s) }} data-over={length > kpi.window_s || undefined}>
                  {name === 'pbt' && <Losses losses={losses} whole={kpi.pbt_s} />}
                </span>
              )}
            </span>
            <span className={`${classes.length} number`}>{length === null ? '—' : text(length)}</span>
          </li>
        ))}
      </ol>
      {losses.length > 0 && (
        <ul className={classes.losses} aria-label={t('waterfall.losses')}>
          {losses.map(([state, length]) => (
            <li key={state}>
              <span className={`${classes.sign} ${state === 'offline' || state === 'estop' ? `stripes-${state}` : ''}`} style={{ backgroundColor: `var(--fill-${state})`, color: `var(--on-${state})` }}>
                <StateIcon state={state} size={14} />
              </span>
              {t(`state.${state}`)} <span className="number dim">{text(length as Seconds)}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Planned time in the colours of what it was spent on; running first, which the next bar goes on with. */
function Losses({ losses, whole }: { losses: readonly [MachineState, number][]; whole: number }) {
  return (
    <span className={classes.split} aria-hidden="true">
      <span className={classes.rest} />
      {losses.map(([state, length]) => (
        <span key={state} className={state === 'offline' || state === 'estop' ? `stripes-${state}` : ''} style={{ width: percent(length, whole), backgroundColor: `var(--fill-${state})` }} />
      ))}
    </span>
  );
}
