// Every machine of the plant or a group over one window, in one answer: states, parts by the hour, the
// target and the figures; and the figures of a group, with their receipts. The box adds up and
// divides; nothing here does.

import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { currentLanguage } from '../i18n';
import { knownState, type MachineState } from '../state/states';
import { getJson } from './client';
import type { Span } from './queries';
import type { Kpi, Parts, Utilization } from './types';
import { timestampOf, type Ratio, type Seconds, type Timestamp } from './units';

export interface StateSpan {
  from: Timestamp;
  to: Timestamp;
  state: MachineState;
}

export interface Hour {
  from: Timestamp;
  to: Timestamp;
  /** Null for hours that are still to come, and where no parts are counted. */
  parts: number | null;
  target: number | null;
}

/** Parts the plan asks for: up to now, and in the whole window. */
export interface Target {
  now: number;
  window: number;
}

interface Figures {
  parts: Parts;
  target: Target | null;
  achievement: Ratio | null;
  utilization: Utilization;
  availability: Ratio | null;
  availability_known: Ratio | null;
  coverage: Ratio | null;
  state_s: Partial<Record<MachineState, Seconds>>;
}

export interface OverviewMachine extends Figures {
  id: string;
  name: string;
  group: string;
  ideal_cycle_s: Seconds | null;
  /** Left out when the states were not asked for. */
  states?: StateSpan[];
  hours: Hour[];
  why: Record<string, string>;
}

/** The sums of a group, and of all that was asked for under the path `*`. */
export interface OverviewGroup extends Figures {
  path: string;
  machines: number;
  /** Those that have a target and count parts: target and achievement are of these. */
  target_machines: number;
}

export interface Overview {
  from: Timestamp;
  to: Timestamp;
  now: Timestamp;
  timezone: string;
  machines: OverviewMachine[];
  groups?: OverviewGroup[];
}

export const wholePlant = '*';

const spanOf = (span: Span) =>
  `lang=${currentLanguage()}&from=${encodeURIComponent(timestampOf(span.from))}&to=${encodeURIComponent(timestampOf(span.to))}`;

const known = (machine: OverviewMachine): OverviewMachine => ({
  ...machine,
  ...(machine.states && { states: machine.states.map((span) => ({ ...span, state: knownState(span.state) })) }),
});

/** Finer than any screen: a machine of fast cycles has more states in a shift than dots to draw them. */
const statesMost = 2000;

interface OverviewOptions {
  group?: string | undefined;
  /** Ask for the state intervals too, which are most of the answer. */
  states?: boolean;
  /** How often it is asked again; never when the window lies in the past. */
  everyMs?: number | false;
}

export const overviewQuery = (span: Span, { group, states = true, everyMs = 30_000 }: OverviewOptions = {}) =>
  queryOptions({
    queryKey: ['overview', span.from, span.to, group ?? wholePlant, states],
    queryFn: async ({ signal }) => {
      const only = group === undefined ? '' : `&group=${encodeURIComponent(group)}`;
      const answer = await getJson<Overview>(`/overview?${spanOf(span)}${only}${states ? `&points=${statesMost}` : '&states=false'}`, signal);
      return { ...answer, machines: answer.machines.map(known) };
    },
    placeholderData: keepPreviousData,
    staleTime: 15_000,
    gcTime: 60_000,
    refetchInterval: everyMs,
  });

export const groupKpiQuery = (path: string, span: Span, everyMs: number | false = false) =>
  queryOptions({
    queryKey: ['group_kpi', path, span.from, span.to],
    queryFn: ({ signal }) => getJson<Kpi>(`/groups/${path.split('/').map(encodeURIComponent).join('/')}/kpi?${spanOf(span)}`, signal),
    placeholderData: keepPreviousData,
    staleTime: 15_000,
    gcTime: 60_000,
    refetchInterval: everyMs,
  });
