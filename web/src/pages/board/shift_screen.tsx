// The shift so far, machine by machine: the bar of states, and how much of the plan is made.

import { instantOf } from '../../api/units';
import { StateBar } from '../../components/state_bar';
import { StateIcon } from '../../components/state_icon';
import { PlanBar, plannedParts } from '../../components/plan_bar';
import { useWords } from '../../i18n';
import { useSite } from '../../state/site';
import { formatClock, formatNumber } from '../../time/format';
import { breaksOf, groundOf, linesOf } from '../shift/scale';
import { Percent } from './big';
import type { ShiftData } from './screens';
import board from './board.module.css';
import classes from './shift_screen.module.css';

const none = [] as const;

export function ShiftScreen({ machines, data }: { machines: string[]; data: ShiftData }) {
  const { t } = useWords();
  const { timezone } = useSite();
  const { shift, overview } = data;
  if (shift === undefined || overview === undefined) return <p className={board.message} aria-busy="true">{t('loading')}</p>;
  const [from, to, now] = [instantOf(shift.from), instantOf(shift.to), instantOf(overview.now)];
  const share = (now - from) / Math.max(1, to - from);
  const rows = machines.flatMap((id) => overview.machines.find((each) => each.id === id) ?? []);
  const clock = (at: typeof from) => formatClock(at, timezone, false);
  return (
    <div
      className={classes.rows}
      data-running={(share >= 0 && share < 1) || undefined}
      style={{ '--ground': groundOf(breaksOf(shift), linesOf(shift, timezone)), '--now': `${share * 100}%` } as React.CSSProperties}
    >
      <p className={`${classes.window} number`}>
        {shift.name} {clock(from)}–{clock(to)} · {t('board.achievement')}
      </p>
      {rows.map((row) => {
        const state = row.states?.at(-1)?.state ?? 'offline';
        return (
          <article key={row.id} className={classes.row} data-machine={row.id}>
            <span
              className={`${classes.sign} ${state === 'offline' || state === 'estop' ? `stripes-${state}` : ''}`}
              style={{ backgroundColor: `var(--fill-${state})`, color: `var(--on-${state})` }}
              title={t(`state.${state}`)}
            >
              <StateIcon state={state} size="1.4em" />
            </span>
            <div className={classes.who}>
              <h3>{row.name}</h3>
              <span style={{ color: `var(--ink-${state})` }}>{t(`state.${state}`)}</span>
            </div>
            <div className={classes.track}>
              <StateBar states={row.states ?? none} from={from} to={to} until={now} label={row.name} />
            </div>
            <div className={classes.plan}>
              {row.parts.total !== null && row.target !== null ? (
                <>
                  <span className="number">
                    {formatNumber(row.parts.total)} / {formatNumber(plannedParts(row.target.now))} {t('unit.parts')}
                  </span>
                  <PlanBar made={row.parts.total} target={row.target} />
                </>
              ) : (
                <span className="number">{row.parts.total === null ? t('shift.notCounted') : `${formatNumber(row.parts.total)} ${t('unit.parts')}`}</span>
              )}
            </div>
            <div className={classes.figure}>
              <Percent share={row.achievement} digits={0} />
            </div>
          </article>
        );
      })}
    </div>
  );
}
