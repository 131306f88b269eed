// The floor's machines as it lists them, and today's plan beside them. The list is another only when
// a machine comes, goes, changes its state or what it can be found by: not at every value.

import { useQuery } from '@tanstack/react-query';
import { overviewQuery, type OverviewGroup, type OverviewMachine } from '../../api/overview';
import { machinesQuery } from '../../api/queries';
import type { Machine } from '../../api/types';
import { serverNow, useToday } from '../../state/clock';
import { useSite } from '../../state/site';
import { startOfDay } from '../../time/zone';
import { entryOf } from './grouping';

const entriesOf = (machines: Machine[]) => machines.map(entryOf);

export function useFloor() {
  const { data, error, refetch } = useQuery({ ...machinesQuery, select: entriesOf });
  return { entries: data, error, refetch };
}

export interface Plans {
  machines: ReadonlyMap<string, OverviewMachine>;
  groups: ReadonlyMap<string, OverviewGroup>;
}

const plansOf = (answer: { machines: OverviewMachine[]; groups?: OverviewGroup[] }): Plans => ({
  machines: new Map(answer.machines.map((each) => [each.id, each])),
  groups: new Map((answer.groups ?? []).map((each) => [each.path, each])),
});

const nothing: Plans = { machines: new Map(), groups: new Map() };

/** Targets and sums of the plant's day: the same window as the tiles' own figures. */
export function usePlans(): Plans {
  const { timezone } = useSite();
  useToday(timezone); // Drawn again at midnight.
  const now = serverNow();
  const span = { from: startOfDay(now, timezone), to: startOfDay(now, timezone, 1) };
  return useQuery({ ...overviewQuery(span, { states: false }), select: plansOf }).data ?? nothing;
}
