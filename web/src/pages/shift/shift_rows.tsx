// The rows: name and present state, the bar of the shift, parts against the plan, figures. The whole
// row leads to the machine at that window.

import { Link } from '@tanstack/react-router';
import { memo, useMemo, type CSSProperties } from 'react';
import type { OverviewGroup, OverviewMachine } from '../../api/overview';
import type { Shift } from '../../api/shifts';
import { instantOf, type Instant } from '../../api/units';
import { aheadOf, PlanBar, plannedParts } from '../../components/plan_bar';
import { StateBar } from '../../components/state_bar';
import { StateIcon } from '../../components/state_icon';
import { useWords } from '../../i18n';
import type { MachineState } from '../../state/states';
import { useSite } from '../../state/site';
import { formatClock, formatNumber, formatPercent } from '../../time/format';
import { spoken, type Section } from '../floor/sections';
import { lastHourOf } from './hours';
import { breaksOf, groundOf, linesOf, marksOf } from './scale';
import classes from './shift_rows.module.css';

const lowCoverage = 0.95;
const none = [] as const;

interface RowProps {
  machine: OverviewMachine;
  from: string;
  to: string;
  now: Instant;
}

function PlanCell({ machine }: { machine: OverviewMachine }) {
  const { t } = useWords();
  const { parts, target, why } = machine;
  if (parts.total === null) return <span className="dim">{t('shift.notCounted')}</span>;
  return (
    <>
      <span className="number">
        <strong className={classes.big}>{formatNumber(parts.total)}</strong>
        {target !== null && <span className={classes.of}> / {formatNumber(plannedParts(target.now))}</span>}{' '}
        <small>{t('unit.parts')}</small>
        {target !== null && <small className={classes.whole}>{t('shift.whole', { parts: formatNumber(plannedParts(target.window)) })}</small>}
      </span>
      {target === null ? (
        <small className="dim">{why['target'] ?? why['performance'] ?? t('shift.noTarget')}</small>
      ) : (
        <PlanBar made={parts.total} target={target} />
      )}
    </>
  );
}

function AchievementCell({ machine }: { machine: OverviewMachine }) {
  const { t } = useWords();
  const { achievement, parts, target } = machine;
  if (achievement === null || target === null || parts.total === null) return <span className="dim">—</span>;
  const ahead = aheadOf(parts.total, target.now);
  return (
    <>
      <strong className={`number ${classes.big}`} data-band={achievement >= 1 ? 'ok' : achievement >= 0.9 ? 'warn' : 'down'}>
        {formatPercent(achievement, 0)}
      </strong>
      <small className="number">{ahead < 0 ? t('shift.behind', { parts: formatNumber(-ahead) }) : t('shift.ahead', { parts: formatNumber(ahead) })}</small>
    </>
  );
}

function UtilizationCell({ machine }: { machine: OverviewMachine }) {
  const { t } = useWords();
  const { availability, coverage, why } = machine;
  const low = coverage !== null && coverage < lowCoverage;
  return (
    <>
      <strong className={`number ${classes.big}`} title={availability === null ? why['availability'] : undefined}>
        {availability === null ? '—' : formatPercent(availability)}
      </strong>
      {coverage !== null && (
        <small className="number" data-low={low || undefined} title={low ? t('tile.lowCoverage') : undefined}>
          {low && '▲ '}
          {t('shift.coverage', { share: formatPercent(coverage, 0) })}
        </small>
      )}
    </>
  );
}

function LastHourCell({ machine, now }: { machine: OverviewMachine; now: Instant }) {
  const { t } = useWords();
  const { timezone } = useSite();
  const hour = lastHourOf(machine.hours, now);
  if (hour === undefined || hour.parts === null) return <span className="dim">—</span>;
  const clock = (at: string) => formatClock(instantOf(at), timezone, false);
  return (
    <>
      <span className="number">
        <strong className={classes.big}>{formatNumber(hour.parts)}</strong> <small>{t('unit.parts')}</small>
      </span>
      <small className="number">
        {clock(hour.from)}–{clock(hour.to)}
      </small>
    </>
  );
}

const Row = memo(function Row({ machine, from, to, now }: RowProps) {
  const { t } = useWords();
  const states = machine.states ?? none;
  const last = states.at(-1);
  const running = now < instantOf(to);
  const state: MachineState = last?.state ?? 'offline';
  const shares = (Object.entries(machine.state_s) as [MachineState, number][])
    .filter(([, time]) => time > 0)
    .sort((a, b) => b[1] - a[1])
    .map(([each, time]) => `${t(`state.${each}`)} ${Math.round(time / 60)} ${t('unit.min')}`)
    .join(' · ');
  return (
    <article className={classes.row} data-machine={machine.id} data-state={state}>
      <div className={classes.name}>
        {running && (
          <span className={`${classes.sign} ${state === 'offline' ? 'stripes-offline' : ''}`} style={{ backgroundColor: `var(--fill-${state})`, color: `var(--on-${state})` }} title={t(`state.${state}`)}>
            <StateIcon state={state} size="1.3rem" />
          </span>
        )}
        <span className={classes.who}>
          <Link to="/machines/$id" params={{ id: machine.id }} search={{ from, to }} className={classes.link}>
            {machine.name}
          </Link>
          {running && <small style={{ color: `var(--ink-${state})` }}>{t(`state.${state}`)}</small>}
        </span>
      </div>
      <div className={classes.track}>
        <div className={classes.bar}>
          <StateBar states={states} from={instantOf(from)} to={instantOf(to)} until={now} label={t('shift.barSays', { machine: machine.name, shares })} />
        </div>
      </div>
      <div className={classes.plan}>
        <PlanCell machine={machine} />
      </div>
      <div className={classes.figure} data-label={t('shift.achievement')}>
        <AchievementCell machine={machine} />
      </div>
      <div className={classes.figure} data-label={t('tile.utilization')}>
        <UtilizationCell machine={machine} />
      </div>
      <div className={classes.figure} data-label={t('shift.lastHour')}>
        <LastHourCell machine={machine} now={now} />
      </div>
    </article>
  );
});

function SectionHead({ path, sums }: { path: string; sums: OverviewGroup | undefined }) {
  const { t } = useWords();
  return (
    <div className={classes.section}>
      <h2>{path === '' ? t('floor.noGroup') : <Link to="/groups/$" params={{ _splat: path }}>{spoken(path)}</Link>}</h2>
      {sums !== undefined && (
        <span className="dim number">
          {sums.achievement !== null && `${t('shift.achievement')} ${formatPercent(sums.achievement, 0)} · `}
          {sums.availability !== null && `${t('tile.utilization')} ${formatPercent(sums.availability)}`}
        </span>
      )}
    </div>
  );
}

interface Props {
  sections: Section<OverviewMachine>[];
  sums: OverviewGroup[] | undefined;
  shift: Shift;
  now: Instant;
}

export function ShiftRows({ sections, sums, shift, now }: Props) {
  const { t } = useWords();
  const { timezone } = useSite();
  const breaks = useMemo(() => breaksOf(shift), [shift]);
  const labels = useMemo(() => marksOf(shift, timezone, 6), [shift, timezone]);
  const ground = useMemo(() => groundOf(breaks, linesOf(shift, timezone)), [breaks, shift, timezone]);
  const [from, to] = [instantOf(shift.from), instantOf(shift.to)];
  const share = (now - from) / Math.max(1, to - from);
  const many = sections.reduce((sum, { items }) => sum + items.length, 0) > 60;
  const style = { '--ground': ground, '--now': `${share * 100}%`, '--far': many ? 'auto' : 'visible' } as CSSProperties;
  return (
    <div className={classes.rows} style={style} data-running={(share >= 0 && share < 1) || undefined}>
      <div className={`${classes.row} ${classes.axis}`} aria-hidden="true">
        <div className={classes.name} />
        <div className={classes.scale}>
          {labels.map(({ at, label, share: place }) => (
            <span key={at} className="number" style={{ left: `${place * 100}%` }} data-first={place < 0.03 || undefined} data-last={place > 0.97 || undefined}>
              {label}
            </span>
          ))}
          {share >= 0 && share < 1 && <b className="number">{formatClock(now, timezone, false)}</b>}
        </div>
        <div className={classes.plan}>{t('shift.column.plan')}</div>
        <div className={classes.figure}>{t('shift.achievement')}</div>
        <div className={classes.figure}>
          {t('tile.utilization')}
          <small>{t('tile.denominator')}</small>
        </div>
        <div className={classes.figure}>{t('shift.lastHour')}</div>
      </div>
      {sections.map(({ path, items }) => (
        <section key={path}>
          <SectionHead path={path} sums={sums?.find((each) => each.path === path)} />
          {items.map((machine) => (
            <Row key={machine.id} machine={machine} from={shift.from} to={shift.to} now={now} />
          ))}
        </section>
      ))}
    </div>
  );
}
