// What was known of a machine at one moment; what a person says it is doing.

import { queryOptions } from '@tanstack/react-query';
import { currentLanguage } from '../i18n';
import type { MachineState } from '../state/states';
import { getJson, sendJson } from './client';
import type { HeardValue } from './signals';
import type { AlarmItem, Booked, Detail, LaneName, Quality } from './types';
import { timestampOf, type Instant, type Seconds, type Timestamp } from './units';

export interface KnownSignal {
  id: string;
  role: string | null;
  unit: string | null;
  type: string;
  value: HeardValue;
  t: Timestamp | null;
  quality: Quality | null;
  age_s: Seconds | null;
}

export interface Known {
  t: Timestamp;
  state: {
    from: Timestamp;
    to: Timestamp | null;
    state: MachineState;
    physical?: MachineState | null;
    booked?: MachineState | null;
    detail: Detail;
  } | null;
  lanes: Partial<Record<LaneName, { value: string; from: Timestamp } | null>>;
  alarms: AlarmItem[];
  signals: KnownSignal[];
  parts: { since: Timestamp | null; total: number | null } | null;
}

const machinePath = (id: string) => `/machines/${encodeURIComponent(id)}`;

export const knownQuery = (machine: string, at: Instant) =>
  queryOptions({
    queryKey: ['known', machine, at],
    queryFn: ({ signal }) =>
      getJson<Known>(`${machinePath(machine)}/at?t=${encodeURIComponent(timestampOf(at))}&lang=${currentLanguage()}`, signal),
    staleTime: Infinity,
    gcTime: 60_000,
  });

/** What a person may say a machine is doing, against what it looks like. */
export const bookable = ['setup', 'maint'] as const satisfies readonly Booked['state'][];
export type Bookable = Booked['state'];

export const bookMachine = (machine: string, state: Bookable, reason: string | null): Promise<{ booked: Booked }> =>
  sendJson<{ booked: Booked }>('POST', `${machinePath(machine)}/bookings`, reason === null ? { state } : { state, reason });

export const endBooking = (machine: string): Promise<unknown> => sendJson('DELETE', `${machinePath(machine)}/bookings`);
