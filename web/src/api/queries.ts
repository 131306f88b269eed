// What the pages ask for, and how long an answer stays good. Live events keep the machine list and
// the machine documents current, so these are fetched once and again only after a reset.

import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { currentLanguage } from '../i18n';
import { heardServerTime, serverNow } from '../state/clock';
import { fetchedWithEvents } from '../state/fetches';
import { applyEvents } from '../state/live_events';
import { knownState } from '../state/states';
import { getJson } from './client';
import type { Kpi, Machine, Page, Receipt, Site, Status, Timeline } from './types';
import { timestampOf, type Instant } from './units';

export interface Span {
  from: Instant;
  to: Instant;
}

const spanQuery = (span: Span) =>
  `lang=${currentLanguage()}&from=${encodeURIComponent(timestampOf(span.from))}&to=${encodeURIComponent(timestampOf(span.to))}`;

const machinePath = (id: string) => `/machines/${encodeURIComponent(id)}`;

async function allMachines(signal: AbortSignal): Promise<Machine[]> {
  const machines: Machine[] = [];
  let cursor: string | null = null;
  do {
    const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const path = `/machines?signals=false&limit=200&lang=${currentLanguage()}${after}`;
    const page: Page<Machine> = await getJson<Page<Machine>>(path, signal);
    machines.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return machines;
}

const heardNow = (machine: Machine): Machine => ({
  ...machine,
  state: knownState(machine.state),
  heard_at: serverNow(),
});

export const keys = {
  machines: ['machines'] as const,
  machine: (id: string) => ['machine', id] as const,
  status: ['status'] as const,
};

export const siteQuery = queryOptions({
  queryKey: ['site'],
  queryFn: async ({ signal }) => {
    const site = await getJson<Site>('/site', signal);
    heardServerTime(site.now);
    return site;
  },
  staleTime: 60_000,
});

export const machinesQuery = queryOptions({
  queryKey: keys.machines,
  queryFn: ({ signal }) =>
    fetchedWithEvents(
      () => allMachines(signal),
      (machines, events) => applyEvents(machines.map(heardNow), events, serverNow()),
    ),
  staleTime: Infinity,
  // Today's figures move without an event of their own.
  refetchInterval: 30_000,
});

export const machineQuery = (id: string) =>
  queryOptions({
    queryKey: keys.machine(id),
    queryFn: ({ signal }) =>
      fetchedWithEvents(
        () => getJson<Machine>(`${machinePath(id)}?lang=${currentLanguage()}`, signal),
        (machine, events) => applyEvents([heardNow(machine)], events, serverNow())[0] ?? machine,
      ),
    staleTime: Infinity,
    refetchInterval: 30_000,
  });

export const statusQuery = queryOptions({
  queryKey: keys.status,
  queryFn: async ({ signal }) => {
    const status = await getJson<Status>('/status', signal);
    heardServerTime(status.now);
    return status;
  },
  refetchInterval: 15_000,
});

export const timelineQuery = (id: string, span: Span) =>
  queryOptions({
    queryKey: ['timeline', id, span.from, span.to],
    queryFn: ({ signal }) => getJson<Timeline>(`${machinePath(id)}/timeline?${spanQuery(span)}`, signal),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    gcTime: 60_000,
  });

export const kpiQuery = (id: string, span: Span) =>
  queryOptions({
    queryKey: ['kpi', id, span.from, span.to],
    queryFn: ({ signal }) => getJson<Kpi>(`${machinePath(id)}/kpi?${spanQuery(span)}`, signal),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    gcTime: 60_000,
  });

export const receiptQuery = (id: string, figure: string, span: Span) =>
  queryOptions({
    queryKey: ['receipt', id, figure, span.from, span.to],
    queryFn: ({ signal }) =>
      getJson<Receipt>(`${machinePath(id)}/kpi/receipt?figure=${encodeURIComponent(figure)}&${spanQuery(span)}`, signal),
    staleTime: Infinity,
    gcTime: 60_000,
  });

/** Of a group by its path; `*` is the whole plant. */
export const groupReceiptQuery = (path: string, figure: string, span: Span) =>
  queryOptions({
    queryKey: ['receipt', 'group', path, figure, span.from, span.to],
    queryFn: ({ signal }) =>
      getJson<Receipt>(`/groups/${path.split('/').map(encodeURIComponent).join('/')}/kpi/receipt?figure=${encodeURIComponent(figure)}&${spanQuery(span)}`, signal),
    staleTime: Infinity,
    gcTime: 60_000,
  });
