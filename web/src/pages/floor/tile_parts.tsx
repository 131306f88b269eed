// The parts of a machine on the floor. Each is told only of its own data, so that a machine's new
// value draws its age anew and nothing else.

import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import type { OverviewMachine } from '../../api/overview';
import type { Today } from '../../api/types';
import { instantOf } from '../../api/units';
import { Lights } from '../../components/lights';
import { Age, Since, Stopwatch } from '../../components/moments';
import { PlanBar, plannedParts } from '../../components/plan_bar';
import { ShareBar } from '../../components/share_bar';
import { StateIcon } from '../../components/state_icon';
import { useWords } from '../../i18n';
import { useMachinePart } from '../../state/machines';
import { useSite } from '../../state/site';
import type { MachineState } from '../../state/states';
import { formatClock, formatNumber, formatPercent } from '../../time/format';
import { isTrouble, stopText, workText } from './detail_text';
import classes from './machine_tile.module.css';

const lowCoverage = 0.95;

export const Band = memo(function Band({ id, state }: { id: string; state: MachineState }) {
  const { t } = useWords();
  const since = useMachinePart(id, (machine) => machine.since);
  const stripes = state === 'offline' || state === 'estop' ? `stripes-${state}` : '';
  return (
    <div className={`${classes.band} ${stripes}`} style={{ backgroundColor: `var(--fill-${state})`, color: `var(--on-${state})` }}>
      <StateIcon state={state} size="1.75rem" />
      <span className={classes.state}>{t(`state.${state}`)}</span>
      <span className={classes.duration} title={t('tile.duration')}>
        <Stopwatch since={since ?? null} />
      </span>
    </div>
  );
});

export const Name = memo(function Name({ id, name }: { id: string; name: string }) {
  const lights = useMachinePart(id, (machine) => machine.connection.lights);
  return (
    <div className={classes.heading}>
      <h3 className={classes.name}>
        <Link to="/machines/$id" params={{ id }} className={classes.link}>
          {name}
        </Link>
      </h3>
      {lights !== undefined && <Lights lights={lights} />}
    </div>
  );
});

/** Why it stands, what somebody booked, what it works on: one line, and since when. */
export const Doing = memo(function Doing({ id, state }: { id: string; state: MachineState }) {
  const { t } = useWords();
  const machine = useMachinePart(id, ({ since, detail, booked }) => ({ since, detail, booked }));
  if (machine === undefined) return null;
  const { since, detail, booked } = machine;
  const stop = stopText(state, detail);
  const work = workText(detail);
  const words = [
    booked ? t('tile.booked', { what: [t(`state.${booked.state}`), booked.reason].filter(Boolean).join(' · ') }) : '',
    stop,
    isTrouble(state) && stop !== '' ? '' : work,
  ].filter((piece) => piece !== '');
  const text = words.join(' · ');
  return (
    <div className={classes.detail} data-trouble={(isTrouble(state) && stop !== '') || undefined}>
      <span className={classes.since}>
        <Since since={since} />
      </span>
      <span className={classes.text} title={text}>
        {text}
      </span>
    </div>
  );
});

export const Parts = memo(function Parts({ id }: { id: string }) {
  const { t } = useWords();
  const total = useMachinePart(id, ({ today }) => today?.parts.total ?? null) ?? null;
  if (total === null) return <>—</>;
  return (
    <>
      {formatNumber(total)} <small>{t('unit.parts')}</small>
    </>
  );
});

export const Utilization = memo(function Utilization({ id }: { id: string }) {
  const share = useMachinePart(id, ({ today }) => today?.availability ?? null) ?? null;
  return <>{share === null ? '—' : formatPercent(share)}</>;
});

export const Newest = memo(function Newest({ id }: { id: string }) {
  const seen = useMachinePart(id, ({ connection }) => connection.last_seen) ?? null;
  return <Age at={seen} />;
});

/** Today's parts beside what the plan asks for up to now. */
export const Plan = memo(function Plan({ id, target, achievement }: { id: string } & Pick<OverviewMachine, 'target' | 'achievement'>) {
  const { t } = useWords();
  const made = useMachinePart(id, ({ today }) => today?.parts.total ?? null) ?? null;
  if (target === null || made === null) return null;
  return (
    <div className={classes.plan}>
      <PlanBar made={made} target={target} />
      <div className={classes.caption}>
        <span className="number">{t('tile.target', { parts: formatNumber(plannedParts(target.now)) })}</span>
        {achievement !== null && <strong className="number">{t('tile.achievement', { share: formatPercent(achievement, 0) })}</strong>}
      </div>
    </div>
  );
});

function TodayLine({ today }: { today: Today }) {
  const { t } = useWords();
  const { timezone } = useSite();
  const clock = (at: string) => formatClock(instantOf(at), timezone, false);
  const why = today.why['availability'];
  const low = today.coverage !== null && today.coverage < lowCoverage;
  return (
    <div className={classes.today}>
      <ShareBar run={today.availability} coverage={today.coverage} />
      <div className={classes.caption}>
        <span>{t('tile.denominator')}</span>
        <span className="number">{t('tile.today', { from: clock(today.from), to: clock(today.to) })}</span>
        {today.coverage !== null && (
          <span className="number" data-low={low || undefined} title={low ? t('tile.lowCoverage') : undefined}>
            {low && '▲ '}
            {t('tile.coverage', { share: formatPercent(today.coverage) })}
          </span>
        )}
      </div>
      {today.availability === null && why !== undefined && (
        <div className={classes.why} title={why}>
          {why}
        </div>
      )}
    </div>
  );
}

export const TodayBar = memo(function TodayBar({ id }: { id: string }) {
  // Not the parts, which change most often.
  const today = useMachinePart(id, (machine) => {
    if (machine.today === null) return null;
    const { from, to, availability, coverage, why } = machine.today;
    return { from, to, availability, coverage, why };
  });
  return today ? <TodayLine today={today as Today} /> : null;
});
