// The machines of the group beside each other: how each spent the window, and what came of it.

import { Link, useNavigate } from '@tanstack/react-router';
import type { OverviewMachine } from '../../api/overview';
import type { Span } from '../../api/queries';
import { timestampOf } from '../../api/units';
import { Card } from '../../components/card';
import { lowCoverage } from '../../components/figures';
import { plannedParts } from '../../components/plan_bar';
import { StateShare } from '../../components/state_share';
import { DataTable, type Column } from '../../components/table/data_table';
import type { Sort } from '../../components/table/sort';
import { useWords } from '../../i18n';
import { formatNumber, formatPercent } from '../../time/format';
import { spoken } from '../floor/sections';
import classes from './ranking_card.module.css';

interface Props {
  machines: OverviewMachine[];
  /** Alarms that began in the window, by machine; undefined while they are not known. */
  alarms: ReadonlyMap<string, number> | undefined;
  span: Span;
  sort: Sort | null;
  onSort: (sort: Sort | null) => void;
}

export function RankingCard({ machines, alarms, span, sort, onSort }: Props) {
  const { t } = useWords();
  const navigate = useNavigate();
  const search = { from: timestampOf(span.from), to: timestampOf(span.to) };
  const columns: Column<OverviewMachine>[] = [
    {
      key: 'name',
      head: t('shift.machine'),
      width: '14rem',
      card: 'head',
      sort: ({ name }) => name,
      cell: ({ id, name, group }) => (
        <span className={classes.machine}>
          <Link to="/machines/$id" params={{ id }} search={search}>
            {name}
          </Link>
          <small className="dim">{spoken(group)}</small>
        </span>
      ),
    },
    { key: 'states', head: t('groups.states'), cell: ({ state_s }) => <div className={classes.share}><StateShare state_s={state_s} /></div> },
    {
      key: 'utilization',
      head: t('tile.utilization'),
      align: 'right',
      width: '8rem',
      sort: ({ availability }) => availability,
      cell: ({ availability, why }) =>
        availability === null ? <span title={why['availability']}>—</span> : <strong className="number">{formatPercent(availability)}</strong>,
    },
    {
      key: 'parts',
      head: t('figure.parts.total'),
      align: 'right',
      width: '9rem',
      sort: ({ parts }) => parts.total,
      cell: ({ parts, target }) => (
        <span className="number">
          {parts.total === null ? '—' : formatNumber(parts.total)}
          {target !== null && <span className="dim"> / {formatNumber(plannedParts(target.now))}</span>}
        </span>
      ),
    },
    {
      key: 'achievement',
      head: t('shift.achievement'),
      align: 'right',
      width: '8rem',
      sort: ({ achievement }) => achievement,
      cell: ({ achievement }) => <span className="number">{achievement === null ? '—' : formatPercent(achievement)}</span>,
    },
    {
      key: 'alarms',
      head: t('groups.alarms'),
      align: 'right',
      width: '7rem',
      sort: ({ id }) => alarms?.get(id) ?? (alarms === undefined ? null : 0),
      cell: ({ id }) => <span className="number">{alarms === undefined ? '—' : formatNumber(alarms.get(id) ?? 0)}</span>,
    },
    {
      key: 'coverage',
      head: t('figure.coverage'),
      align: 'right',
      width: '8rem',
      sort: ({ coverage }) => coverage,
      cell: ({ coverage }) => {
        const low = coverage !== null && coverage < lowCoverage;
        return (
          <span className={`number ${low ? classes.low : ''}`} title={low ? t('tile.lowCoverage') : undefined}>
            {low && '▲ '}
            {coverage === null ? '—' : formatPercent(coverage)}
          </span>
        );
      },
    },
  ];
  return (
    <Card title={t('groups.ranking')} aside={<span className="dim number">{t('groups.count', { count: machines.length })}</span>}>
      <DataTable
        label={t('groups.ranking')}
        rows={machines}
        columns={columns}
        keyOf={({ id }) => id}
        sort={sort}
        onSort={onSort}
        dataOf={({ id }) => ({ 'data-machine': id })}
        onOpen={({ id }) => void navigate({ to: '/machines/$id', params: { id }, search })}
      />
    </Card>
  );
}
