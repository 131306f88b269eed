// Every alarm of the window, newest first. Beyond what one answer holds, earlier ones are asked for.

import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { pastAlarmsQuery, type Alarm, type AlarmFilter } from '../../api/alarms';
import type { Span } from '../../api/queries';
import { Card } from '../../components/card';
import { EmptyState } from '../../components/empty_state';
import { Loaded } from '../../components/loaded';
import { Moment } from '../../components/moments';
import { DataTable, type Column } from '../../components/table/data_table';
import { useWords } from '../../i18n';
import { formatDuration } from '../../time/format';
import { AckButton, AlarmText, LevelMark } from './alarm_parts';
import type { AlarmState } from './search';

function useColumns(): Column<Alarm>[] {
  const { t, duration } = useWords();
  return [
    { key: 'machine', head: t('alarms.machine'), cell: ({ machine_name }) => machine_name, sort: ({ machine_name }) => machine_name, width: '16%', card: 'head' },
    { key: 'level', head: t('alarms.level'), cell: ({ level }) => <LevelMark level={level} />, sort: ({ level }) => level, width: '10%', card: 'aside' },
    { key: 'text', head: t('alarms.text'), cell: (alarm) => <AlarmText alarm={alarm} />, sort: ({ text, code }) => text || code, width: '26%' },
    { key: 'from', head: t('alarms.from'), cell: ({ from }) => <Moment at={from} />, sort: ({ from }) => from, width: '13%' },
    { key: 'to', head: t('alarms.to'), cell: ({ to }) => (to === null ? t('alarms.stillActive') : <Moment at={to} />), sort: ({ to }) => to, width: '13%' },
    { key: 'duration', head: t('alarms.duration'), cell: ({ duration_s }) => <span className="number">{formatDuration(duration_s, duration)}</span>, sort: ({ duration_s }) => duration_s, align: 'right', width: '10%' },
    { key: 'ack', head: t('alarms.ack'), cell: (alarm) => <AckButton alarm={alarm} compact />, width: '12%' },
  ];
}

const fits: Record<AlarmState, (alarm: Alarm) => boolean> = {
  active: ({ active }) => active,
  unacknowledged: ({ ack }) => ack === null,
  over: ({ active }) => !active,
};

export function PastCard({ filter, span, state }: { filter: AlarmFilter; span: Span; state: AlarmState | undefined }) {
  const { t } = useWords();
  const columns = useColumns();
  const query = useInfiniteQuery(pastAlarmsQuery(filter, span));
  const rows = useMemo(() => {
    const all = query.data?.pages.flatMap(({ items }) => items) ?? [];
    return state === undefined ? all : all.filter(fits[state]);
  }, [query.data, state]);
  return (
    <Card title={t('alarms.pastTitle')}>
      <Loaded query={query}>
        {() => (
          <>
            <DataTable label={t('alarms.pastTitle')} rows={rows} columns={columns} keyOf={({ id }) => id} empty={<EmptyState icon="check" title={t('alarms.pastNone')} />} />
            {query.hasNextPage && (
              <Button variant="default" size="md" mt="sm" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                {t('alarms.loadMore')}
              </Button>
            )}
          </>
        )}
      </Loaded>
    </Card>
  );
}
