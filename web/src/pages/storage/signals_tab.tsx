// What each signal takes, page by page, the largest first; each leads to where it is changed.

import { ActionIcon, Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { machinesQuery } from '../../api/queries';
import { storedSignalsQuery, type SignalOrder, type StoredSignal } from '../../api/storage';
import { instantOf } from '../../api/units';
import { Card } from '../../components/card';
import { Choice } from '../../components/choice';
import { EmptyState } from '../../components/empty_state';
import { Icon } from '../../components/icons';
import { Loaded } from '../../components/loaded';
import { Pager } from '../../components/pager';
import { SkeletonRows } from '../../components/skeletons';
import { DataTable, type Column } from '../../components/table/data_table';
import tables from '../../components/tables.module.css';
import { useWords } from '../../i18n';
import { useSite } from '../../state/site';
import { formatBytes, formatDate, formatNumber } from '../../time/format';
import { usePolicyText } from './policy_text';
import classes from './storage.module.css';

const rowsPerPage = 50;
const orders: readonly SignalOrder[] = ['bytes', 'name'];

function useColumns(): Column<StoredSignal>[] {
  const { t } = useWords();
  const { timezone } = useSite();
  const policyText = usePolicyText();
  const machines = useQuery(machinesQuery);
  const nameOf = (id: string) => machines.data?.find((machine) => machine.id === id)?.name ?? id;
  return [
    {
      key: 'signal',
      head: t('stored.signal'),
      cell: (each) => (
        <>
          <strong>{each.signal}</strong>
          <span className={tables.sub}>
            {nameOf(each.machine)} · {t(`history_class.${each.class}`)}
          </span>
        </>
      ),
      card: 'head',
    },
    {
      key: 'bytes',
      head: t('storage.bytes'),
      cell: ({ bytes, bytes_per_day }) => (
        <span className={classes.figureCell}>
          <strong>{formatBytes(bytes)}</strong>
          {bytes_per_day !== null && <span className={tables.sub}>{t('storage.perDayValue', { bytes: formatBytes(bytes_per_day) })}</span>}
        </span>
      ),
      align: 'right',
    },
    {
      key: 'rows',
      head: t('storage.rows'),
      cell: ({ rows, bytes_per_row }) => (
        <span className={classes.figureCell}>
          {formatNumber(rows)}
          {bytes_per_row !== null && <span className={tables.sub}>{t('stored.perRow', { bytes: formatNumber(bytes_per_row, 2) })}</span>}
        </span>
      ),
      align: 'right',
      card: 'hidden',
    },
    {
      key: 'range',
      head: t('stored.range'),
      cell: ({ first, last }) => (
        <span className={classes.figureCell}>
          {first === null ? '—' : formatDate(instantOf(first), timezone)}
          {last !== null && <span className={tables.sub}>– {formatDate(instantOf(last), timezone)}</span>}
        </span>
      ),
      card: 'hidden',
    },
    { key: 'policy', head: t('stored.policy'), cell: ({ policy }) => policyText(policy) },
    {
      key: 'edit',
      head: t('storage.actions'),
      cell: ({ machine, signal }) => (
        <ActionIcon component={Link} to={`/connections/${encodeURIComponent(machine)}`} variant="subtle" size={44} aria-label={t('stored.edit', { name: `${nameOf(machine)} ${signal}` })} title={t('stored.edit', { name: signal })}>
          <Icon name="edit" />
        </ActionIcon>
      ),
      width: '3.5rem',
      card: 'aside',
    },
  ];
}

/** One order's pages: another order begins anew. */
function Pages({ sort }: { sort: SignalOrder }) {
  const { t } = useWords();
  const columns = useColumns();
  const [cursors, setCursors] = useState<(string | null)[]>([null]);
  const page = cursors.length - 1;
  const query = useQuery(storedSignalsQuery(sort, rowsPerPage, cursors[page] ?? null));
  const next = query.data?.next_cursor ?? null;
  return (
    <Loaded
      query={query}
      skeleton={<SkeletonRows />}
      isEmpty={({ items }) => items.length === 0}
      empty={
        <EmptyState
          icon="signals"
          title={t('stored.none')}
          text={t('stored.noneText')}
          action={
            <Button component={Link} to="/connections" variant="default" leftSection={<Icon name="connections" />}>
              {t('stored.toConnections')}
            </Button>
          }
        />
      }
    >
      {({ items }) => (
        <>
          <DataTable label={t('stored.title')} rows={items} columns={columns} keyOf={({ machine, signal }) => `${machine}/${signal}`} dataOf={({ machine, signal }) => ({ 'data-stored': `${machine}/${signal}` })} />
          <Pager page={page} pages={null} more={next !== null} busy={query.isPlaceholderData} onPage={(to) => setCursors(to > page ? [...cursors, next] : cursors.slice(0, Math.max(1, to + 1)))} />
        </>
      )}
    </Loaded>
  );
}

export function SignalsTab() {
  const { t } = useWords();
  const [sort, setSort] = useState<SignalOrder>('bytes');
  const words = { bytes: t('stored.byBytes'), name: t('stored.byName') };
  return (
    <Card
      title={t('stored.title')}
      aside={
        <span className={classes.choice}>
          <Choice bare label={t('stored.sort')} options={orders.map((value) => ({ value, word: words[value] }))} value={sort} onChoose={setSort} />
        </span>
      }
    >
      <Pages key={sort} sort={sort} />
    </Card>
  );
}
