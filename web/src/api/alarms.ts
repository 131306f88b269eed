// Alarms of all machines: those that stand, those that are over, how often each came.

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { currentLanguage } from '../i18n';
import { getJson, sendJson } from './client';
import type { Span } from './queries';
import type { Instant, Seconds, Timestamp } from './units';
import { timestampOf } from './units';

export const alarmLevels = ['fault', 'warning'] as const;
export type AlarmLevel = (typeof alarmLevels)[number];

export interface Acknowledgement {
  t: Timestamp;
  who: string;
  note: string | null;
}

export interface Alarm {
  id: string;
  machine: string;
  machine_name: string;
  group: string;
  signal: string;
  code: string;
  text: string;
  level: AlarmLevel;
  severity: string | null;
  from: Timestamp;
  to: Timestamp | null;
  duration_s: Seconds;
  active: boolean;
  ack: Acknowledgement | null;
}

export interface AlarmPage {
  items: Alarm[];
  next_cursor: string | null;
  counts: { active: number; unacknowledged: number };
}

export interface AlarmSum {
  machine: string;
  machine_name: string;
  code: string;
  text: string;
  level: AlarmLevel;
  count: number;
  duration_s: Seconds;
}

/** Which alarms; what is left out narrows nothing. */
export interface AlarmFilter {
  machine?: string;
  group?: string;
  level?: AlarmLevel;
}

export const alarmsKey = ['alarms'] as const;

const pageSize = 200;
/** The box gives no more at once; a plant with more alarms standing has other worries. */
const activeMax = 1000;
const sumsMax = 200;

function queryOf(filter: AlarmFilter, more: Record<string, string | number>): string {
  const query = new URLSearchParams({ lang: currentLanguage() });
  for (const [name, value] of Object.entries({ ...filter, ...more })) if (value !== undefined) query.set(name, String(value));
  return query.toString();
}

const spanOf = ({ from, to }: Span) => ({ from: timestampOf(from), to: timestampOf(to) });

export const activeAlarmsQuery = (filter: AlarmFilter) =>
  queryOptions({
    queryKey: [...alarmsKey, 'active', filter],
    queryFn: ({ signal }) => getJson<AlarmPage>(`/alarms?${queryOf(filter, { active: 'true', limit: activeMax })}`, signal),
    refetchInterval: 30_000,
  });

/** What began or stood since `from`, newest first: for the hints and for when the last one was over. */
export const recentAlarmsQuery = (filter: AlarmFilter, from: Instant | null, limit: number) =>
  queryOptions({
    queryKey: [...alarmsKey, 'recent', filter, from, limit],
    queryFn: ({ signal }) => getJson<AlarmPage>(`/alarms?${queryOf(filter, { limit, ...(from !== null && { from: timestampOf(from) }) })}`, signal),
    placeholderData: (before) => before,
    gcTime: 60_000,
  });

export const pastAlarmsQuery = (filter: AlarmFilter, span: Span) =>
  infiniteQueryOptions({
    queryKey: [...alarmsKey, 'past', filter, span.from, span.to],
    queryFn: ({ signal, pageParam }) =>
      getJson<AlarmPage>(
        `/alarms?${queryOf(filter, { ...spanOf(span), limit: pageSize, ...(pageParam !== null && { cursor: pageParam }) })}`,
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next_cursor }) => next_cursor,
    placeholderData: (before) => before,
    gcTime: 60_000,
  });

export const alarmSumsQuery = (filter: AlarmFilter, span: Span, by: 'count' | 'time') =>
  queryOptions({
    queryKey: [...alarmsKey, 'sums', filter, span.from, span.to, by],
    queryFn: async ({ signal }) =>
      (await getJson<{ items: AlarmSum[] }>(`/alarms/summary?${queryOf(filter, { ...spanOf(span), by, limit: sumsMax })}`, signal)).items,
    placeholderData: (before) => before,
    gcTime: 60_000,
  });

const path = (id: string) => `/alarms/${encodeURIComponent(id)}/ack?lang=${currentLanguage()}`;

export const acknowledge = (id: string): Promise<Alarm> => sendJson<Alarm>('POST', path(id), {});
export const unacknowledge = (id: string): Promise<Alarm> => sendJson<Alarm>('DELETE', path(id));
