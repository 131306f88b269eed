// What the API answers, under /api/v1. A text that is not known is empty or missing. Names are the API's own; this file is the only place that
// spells them out. Times are RFC 3339 in UTC, durations seconds, ratios 0..1.

import type { MachineState } from '../state/states';
import type { Instant, Ratio, Seconds, Timestamp } from './units';

export interface Site {
  name: string;
  timezone: string;
  version: string;
  now: Timestamp;
  generation: number;
}

export interface Detail {
  reason?: string | null;
  alarm_code?: string | null;
  alarm_text?: string | null;
  program?: string | null;
  operator?: string | null;
  work_order?: string | null;
}

export type LightStatus = 'ok' | 'warn' | 'down' | 'unknown';
export const lightNames = ['network', 'session', 'freshness', 'clock'] as const;
export type LightName = (typeof lightNames)[number];

export interface Light {
  status: LightStatus;
  age_s: Seconds | null;
  error: string | null;
  /** Only on the clock light: device time minus box time. */
  skew_s?: Seconds | null;
}

export interface Connection {
  protocol: string;
  endpoint: string;
  status: 'ok' | 'stale' | 'down' | 'connecting';
  last_seen: Timestamp | null;
  error: string | null;
  lights: Record<LightName, Light>;
  quarantined: string[];
}

export type Value = null | boolean | number | string;
export type Quality = 'good' | 'uncertain' | 'bad' | 'unavailable';

export interface Signal {
  id: string;
  type: string;
  role: string | null;
  unit: string | null;
  address: string;
  value: Value;
  t: Timestamp | null;
  quality: Quality | null;
}

export interface Parts {
  total: number | null;
  good: number | null;
  scrap: number | null;
}

/** 稼動率 has several denominators, and each figure says which. */
export interface Utilization {
  pbt: Ratio | null;
  pot: Ratio | null;
  powered: Ratio | null;
  calendar: Ratio | null;
}

export interface Today {
  from: Timestamp;
  to: Timestamp;
  parts: Parts;
  availability: Ratio | null;
  availability_known: Ratio | null;
  utilization: Utilization;
  coverage: Ratio | null;
  why: Record<string, string>;
}

/** What a person said a machine is doing; it holds until it is ended. */
export interface Booked {
  state: 'setup' | 'maint';
  reason: string | null;
  since: Timestamp;
  who: string | null;
}

export interface Machine {
  id: string;
  name: string;
  group: string;
  state: MachineState;
  /** Null before anything was ever heard. */
  since: Timestamp | null;
  detail: Detail;
  booked?: Booked | null;
  connection: Connection;
  signals: Signal[];
  /** Null when the day can't be told, such as with a wrong calendar. */
  today: Today | null;
  ideal_cycle_s: Seconds | null;
  rated_power_kw: number | null;
  /** Not the API's: the box's time at which `connection` was heard, so that its ages can go on. */
  heard_at?: Instant;
  /** Not the API's: up to when parts are in `today.parts.total`, if later than `today.to`. */
  parts_to?: Timestamp;
}

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export interface TimelineItem {
  from: Timestamp;
  to: Timestamp;
  state: MachineState;
  physical?: MachineState;
  booked?: MachineState;
  detail: Detail;
}

export interface LaneItem {
  from: Timestamp;
  to: Timestamp;
  value: string;
}

export interface AlarmItem {
  from: Timestamp;
  to: Timestamp | null;
  level: string;
  code: string | null;
  text: string | null;
  signal: string;
}

export interface PartItem {
  t: Timestamp;
  parts: number;
  /** How the counter's step was understood; `suspect` ones are no production yet. */
  kind: 'normal' | 'rollover' | 'reset' | 'suspect';
  count: 'total' | 'good' | 'scrap';
}

export interface IncidentItem {
  t: Timestamp;
  kind: 'link_up' | 'link_down' | 'gap' | 'clock_step' | 'counter_reset' | 'suspect_step';
  note: string;
}

export const laneNames = ['program', 'tool', 'operator', 'work_order', 'mode'] as const;
export type LaneName = (typeof laneNames)[number];

export interface Timeline {
  from: Timestamp;
  to: Timestamp;
  items: TimelineItem[];
  lanes: Partial<Record<LaneName, LaneItem[]>>;
  alarms: AlarmItem[];
  parts: PartItem[];
  incidents: IncidentItem[];
}

export interface Kpi {
  from: Timestamp;
  to: Timestamp;
  timezone: string;
  window_s: Seconds;
  pot_s: Seconds;
  pbt_s: Seconds;
  known_s: Seconds;
  coverage: Ratio | null;
  state_s: Partial<Record<MachineState, Seconds>>;
  planned_state_s?: Partial<Record<MachineState, Seconds>>;
  availability: Ratio | null;
  availability_known: Ratio | null;
  performance: Ratio | null;
  quality: Ratio | null;
  oee: Ratio | null;
  utilization: Utilization;
  parts: Parts;
  failures: number | null;
  mtbf_s: Seconds | null;
  mttr_s: Seconds | null;
  run_outside_plan_s?: Seconds;
  why: Record<string, string>;
  /** What a reader of these figures should know besides. */
  notes?: { code: string; text: string }[];
}

export interface Receipt {
  figure: string;
  value: number | null;
  formula: string;
  unit: string | null;
  from: Timestamp;
  to: Timestamp;
  timezone: string;
  inputs: { name: string; value: number | null; unit: string | null; explain: string | null }[];
  intervals: {
    from: Timestamp;
    to: Timestamp;
    state: MachineState;
    counted: boolean;
    why: string | null;
  }[];
  /** Batches of the journal the states came from; 0 for none. */
  journal: { first_sequence: number; last_sequence: number };
  why: string | null;
}

export interface Problem {
  severity: 'error' | 'warning';
  code: string;
  what: string;
}

export interface Recompute {
  running: boolean;
  machine: string | null;
  done: number;
  total: number;
}

export interface Status {
  version: string;
  now: Timestamp;
  problems: Problem[];
  recompute: Recompute | null;
}

// The live stream: one event each.

export type LiveEvent =
  | { kind: 'state'; machine: string; t: Timestamp; state: MachineState; since: Timestamp; detail: Detail; booked?: Booked | null }
  | { kind: 'parts'; machine: string; t: Timestamp; parts: number; today_total: number | null }
  | { kind: 'alarm'; machine: string; id?: string; active?: boolean }
  | { kind: 'signal'; machine: string; t: Timestamp; values: Record<string, { v: Value; q: Quality }> }
  | { kind: 'connection'; machine: string; connection: Connection }
  | { kind: 'status'; problems: Problem[]; recompute: Recompute | null };
