// How many alarms began in a window, machine by machine: the Pareto's answer, added up.

import { queryOptions } from '@tanstack/react-query';
import { getJson } from './client';
import type { Span } from './queries';
import { timestampOf } from './units';

interface Summary {
  items: { machine: string; count: number }[];
}

/** The most the box sums up at once; beyond it a machine's count would be too small. */
const summariesMost = 1000;

/** Null when there are more kinds of alarms than can be summed up. */
export const alarmCountsByMachineQuery = (span: Span) =>
  queryOptions({
    queryKey: ['alarm_counts', span.from, span.to],
    queryFn: async ({ signal }) => {
      const window = `from=${encodeURIComponent(timestampOf(span.from))}&to=${encodeURIComponent(timestampOf(span.to))}`;
      const { items } = await getJson<Summary>(`/alarms/summary?${window}&limit=${summariesMost}`, signal);
      if (items.length >= summariesMost) return null;
      const counts = new Map<string, number>();
      for (const { machine, count } of items) counts.set(machine, (counts.get(machine) ?? 0) + count);
      return counts;
    },
    staleTime: 30_000,
    gcTime: 60_000,
    retry: false,
  });
