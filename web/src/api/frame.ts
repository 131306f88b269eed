// What the frame around every page asks for. Where the answer fails, the frame goes without.

import { queryOptions } from '@tanstack/react-query';
import { getJson } from './client';

export interface AlarmCounts {
  active: number;
  unacknowledged: number;
}

export const alarmCountsQuery = queryOptions({
  queryKey: ['frame', 'alarm_counts'],
  queryFn: async ({ signal }) =>
    (await getJson<{ counts: AlarmCounts }>('/alarms?active=true&limit=1', signal)).counts,
  refetchInterval: 30_000,
  retry: false,
});
