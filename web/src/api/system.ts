// What the box tells of itself beyond the status every page shows. A box of an older version leaves
// parts out: each is then missing, and its place on the page says so.

import { queryOptions } from '@tanstack/react-query';
import { statusQuery } from './queries';
import type { Problem, Status } from './types';
import type { Ratio, Seconds, Timestamp } from './units';

export interface StoreHealth {
  journal?: { bytes: number; first_t: Timestamp | null; last_t: Timestamp | null; sequence: number; limit_bytes: number };
  ledger?: { bytes: number };
  history?: { bytes: number };
  disk?: { free_bytes: number | null; total_bytes: number | null };
}

/** The whole box, other programs included. */
export interface BoxHealth {
  cpu_share: Ratio | null;
  memory_bytes: number | null;
  memory_total_bytes: number | null;
  temperature_c: number | null;
  load1: number | null;
}

/** The copy in a PostgreSQL database. */
export interface MirrorState {
  /** Its address, without the password. */
  server: string;
  state: 'connecting' | 'behind' | 'current' | 'off';
  /** Since everything known was in the database. */
  lag_s: Seconds;
  rows: number;
  transactions: number;
  connects: number;
  complete_until: Timestamp | null;
  problem: string | null;
}

export interface LoggedProblem extends Problem {
  t: Timestamp;
  event?: 'raised' | 'changed' | 'cleared';
}

export interface SystemStatus extends Status {
  started?: Timestamp;
  uptime_s?: Seconds;
  folder?: string;
  store?: StoreHealth;
  queue?: { depth: number; capacity: number; refusals: number };
  rates?: { observations_per_s: number | null };
  box?: BoxHealth;
  program?: { cpu_share: Ratio | null; memory_bytes: number | null };
  log?: LoggedProblem[];
  /** null: there is none. */
  mirror?: MirrorState | null;
}

/** The same answer as the frame's, so that it is asked for once. */
export const systemQuery = queryOptions({ ...statusQuery, select: (status: Status): SystemStatus => status });
