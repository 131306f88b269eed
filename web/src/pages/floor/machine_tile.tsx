// One machine on the floor. The band on top is the andon: colour, shape and word of the state.

import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import type { Machine, Today } from '../../api/types';
import { instantOf } from '../../api/units';
import { Lights } from '../../components/lights';
import { Age, Since, Stopwatch } from '../../components/moments';
import { ShareBar } from '../../components/share_bar';
import { StateIcon } from '../../components/state_icon';
import { useWords } from '../../i18n';
import { useSite } from '../../state/site';
import { formatClock, formatNumber, formatPercent } from '../../time/format';
import classes from './machine_tile.module.css';

const lowCoverage = 0.95;

function detailOf({ state, detail }: Machine): string {
  const pieces =
    state === 'alarm' || state === 'estop'
      ? [detail.alarm_code, detail.alarm_text, detail.reason]
      : [detail.reason, detail.program, detail.work_order, detail.operator];
  return pieces.filter((piece) => piece !== null && piece !== undefined && piece !== '').join(' · ');
}

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

export const MachineTile = memo(function MachineTile({ machine }: { machine: Machine }) {
  const { t } = useWords();
  const { state, today } = machine;
  const detail = detailOf(machine);
  const stripes = state === 'offline' || state === 'estop' ? `stripes-${state}` : '';
  return (
    <article className={classes.tile} data-state={state} data-machine={machine.id}>
      <div className={`${classes.band} ${stripes}`} style={{ backgroundColor: `var(--fill-${state})`, color: `var(--on-${state})` }}>
        <StateIcon state={state} size="1.75rem" />
        <span className={classes.state}>{t(`state.${state}`)}</span>
        <span className={classes.duration} title={t('tile.duration')}>
          <Stopwatch since={machine.since} />
        </span>
      </div>
      <div className={classes.body}>
        <div className={classes.heading}>
          <h3 className={classes.name}>
            <Link to="/machines/$id" params={{ id: machine.id }} className={classes.link}>
              {machine.name}
            </Link>
          </h3>
          <Lights lights={machine.connection.lights} />
        </div>
        <div className={classes.detail}>
          <span className={classes.since}><Since since={machine.since} /></span>
          <span className={classes.text} title={detail}>
            {detail}
          </span>
        </div>
        <dl className={classes.figures}>
          <div>
            <dt>{t('tile.utilization')}</dt>
            <dd className="number">{today?.availability == null ? '—' : formatPercent(today.availability)}</dd>
          </div>
          <div>
            <dt>{t('tile.parts')}</dt>
            <dd className="number">
              {today?.parts.total == null ? (
                '—'
              ) : (
                <>
                  {formatNumber(today.parts.total)} <small>{t('unit.parts')}</small>
                </>
              )}
            </dd>
          </div>
          <div>
            <dt>{t('tile.age')}</dt>
            <dd className={classes.age}>
              <Age at={machine.connection.last_seen} />
            </dd>
          </div>
        </dl>
        {today !== null && <TodayLine today={today} />}
      </div>
    </article>
  );
});
