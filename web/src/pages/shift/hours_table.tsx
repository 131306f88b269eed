// 目標／實績／差異 by the hour, as the board at the end of a line has it.

import { Link } from '@tanstack/react-router';
import type { Hour, OverviewMachine } from '../../api/overview';
import type { Shift } from '../../api/shifts';
import { instantOf, type Instant } from '../../api/units';
import { aheadOf, plannedParts } from '../../components/plan_bar';
import { useWords } from '../../i18n';
import { useSite } from '../../state/site';
import { formatClock, formatNumber, formatPercent } from '../../time/format';
import { spoken, type Section } from '../floor/sections';
import { differenceOf, kindOf, signed } from './hours';
import classes from './hours_table.module.css';

/** A shape as well as a sign: behind, ahead, just right. */
const sign = (difference: number): string => `${difference < 0 ? '▼' : difference > 0 ? '▲' : '✓'} ${signed(difference)}`;

function HourCell({ hour, now }: { hour: Hour; now: Instant }) {
  const { t } = useWords();
  const kind = kindOf(hour, now);
  const difference = differenceOf(hour, now);
  const target = hour.target === null || hour.target === 0 ? null : formatNumber(plannedParts(hour.target));
  return (
    <td className="number" data-kind={kind} data-behind={(difference !== null && difference < 0) || undefined}>
      {kind === 'rest' ? (
        <span className={classes.rest}>{t('shift.rest')}</span>
      ) : (
        <>
          <strong>{hour.parts === null ? '' : formatNumber(hour.parts)}</strong>
          {target !== null && <span className={classes.target}>/ {target}</span>}
          <span className={classes.difference}>
            {kind === 'running' ? t('shift.hourRunning') : difference === null || target === null ? '' : sign(difference)}
          </span>
        </>
      )}
    </td>
  );
}

function TotalCell({ machine }: { machine: OverviewMachine }) {
  const { parts, target, achievement } = machine;
  const difference = parts.total === null || target === null ? null : aheadOf(parts.total, target.now);
  return (
    <td className={`number ${classes.total}`} data-behind={(difference !== null && difference < 0) || undefined}>
      <strong>{parts.total === null ? '—' : formatNumber(parts.total)}</strong>
      {target !== null && <span className={classes.target}>/ {formatNumber(plannedParts(target.now))}</span>}
      <span className={classes.difference}>
        {difference !== null && sign(difference)}
        {achievement !== null && ` · ${formatPercent(achievement, 0)}`}
      </span>
    </td>
  );
}

export function HoursTable({ sections, shift, now }: { sections: Section<OverviewMachine>[]; shift: Shift; now: Instant }) {
  const { t } = useWords();
  const { timezone } = useSite();
  const hours = sections[0]?.items[0]?.hours ?? [];
  const clock = (at: string) => formatClock(instantOf(at), timezone, false);
  return (
    <>
      <p className="dim">{t('shift.hoursHint')}</p>
      <div className={classes.scroll} tabIndex={0} role="region" aria-label={t('shift.tab.hours')}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">{t('shift.machine')}</th>
              <th scope="col">{t('shift.total')}</th>
              {hours.map((hour) => (
                <th key={hour.from} scope="col" className="number" data-kind={kindOf(hour, now)}>
                  {clock(hour.from)}
                  <small>–{clock(hour.to)}</small>
                </th>
              ))}
            </tr>
          </thead>
          {sections.map(({ path, items }) => (
            <tbody key={path}>
              <tr className={classes.section}>
                <th scope="rowgroup" colSpan={hours.length + 2}>
                  <span>{path === '' ? t('floor.noGroup') : spoken(path)}</span>
                </th>
              </tr>
              {items.map((machine) => (
                <tr key={machine.id} data-machine={machine.id}>
                  <th scope="row">
                    <Link to="/machines/$id" params={{ id: machine.id }} search={{ from: shift.from, to: shift.to }}>
                      {machine.name}
                    </Link>
                  </th>
                  <TotalCell machine={machine} />
                  {machine.hours.map((hour) => (
                    <HourCell key={hour.from} hour={hour} now={now} />
                  ))}
                </tr>
              ))}
            </tbody>
          ))}
        </table>
      </div>
    </>
  );
}
