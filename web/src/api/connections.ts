// A machine as it is defined, and trying its connection before it is saved. Names and forms are the
// plant file's; what is null there is the default.

import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { currentLanguage } from '../i18n';
import { getJson, post, sendJson } from './client';
import { plantChanged } from './plant';
import type { Machine, Quality, Value } from './types';
import type { Seconds } from './units';

export const protocols = ['modbus-tcp', 'mtconnect', 'shdr', 'modbus-rtu', 'push'] as const;
export type Protocol = (typeof protocols)[number];

export interface ConnectionDefinition {
  protocol: string;
  host?: string | null;
  port?: number | null;
  unit?: number | null;
  device?: string | null;
  serial_port?: string | null;
  baud?: number | null;
  parity?: string | null;
  stop_bits?: number | null;
  poll_ms?: number | null;
  timeout_ms?: number | null;
  clock?: string | null;
}

/** Which of a signal's values the history keeps; without any key all of them. */
export interface HistoryPolicy {
  every_s?: number | null;
  dead_band?: number | null;
  dead_band_percent?: number | null;
  at_least_every_s?: number | null;
  class?: string | null;
}

export interface SignalDefinition {
  id: string;
  address?: string | null;
  type?: string | null;
  role?: string | null;
  order?: string | null;
  scale?: number | null;
  offset?: number | null;
  unit?: string | null;
  poll_ms?: number | null;
  history?: HistoryPolicy | null;
}

export interface StateRules {
  min_hold_s?: number | null;
  lamp_min_hold_s?: number | null;
  blink_window_s?: number | null;
  offline_after_s?: number | null;
  fault_stops_run?: boolean | null;
  warmup_programs?: string[] | null;
  current_off_below?: number | null;
  current_run_above?: number | null;
}

export interface CountRules {
  modulus?: number | null;
  parts_per_count?: number | null;
  step_max?: number | null;
}

export interface MachineDefinition {
  id: string;
  name?: string | null;
  group?: string | null;
  ideal_cycle_s?: number | null;
  rated_power_kw?: number | null;
  connection: ConnectionDefinition;
  profile?: string | null;
  accept_new_signals?: boolean | null;
  work_unit?: boolean | null;
  state?: StateRules | null;
  counting?: CountRules | null;
  signals?: SignalDefinition[] | null;
}

export interface TestedValue {
  id: string;
  address: string;
  type: string;
  value: Value;
  quality: Quality | null;
  error: string | null;
}

export interface TestReport {
  /** The device answered and every signal has a good value. */
  ok: boolean;
  error: string | null;
  elapsed_s: Seconds;
  values: TestedValue[];
}

/** What a device offers by itself. */
export interface OfferedSignal {
  id: string;
  address: string;
  type: string;
  role: string | null;
  unit: string | null;
  value: Value;
  quality: Quality | null;
}

export interface BrowseReport {
  reachable: boolean;
  error: string | null;
  signals: OfferedSignal[];
  /** The devices behind one agent. */
  names?: string[];
}

/** What machines of one kind have in common. */
export interface Profile {
  id: string;
  protocol: string[];
  name: string;
  name_en?: string | null;
  description?: string | null;
  description_en?: string | null;
  signals: SignalDefinition[];
}

const path = (id: string) => `/machines/${encodeURIComponent(id)}`;
const inWords = () => `lang=${currentLanguage()}`;

export const definitionQuery = (id: string) =>
  queryOptions({
    queryKey: ['definition', id],
    queryFn: ({ signal }) => getJson<MachineDefinition>(`${path(id)}/definition`, signal),
    // A form is filled from it.
    staleTime: 0,
    gcTime: 0,
  });

export const profilesQuery = queryOptions({
  queryKey: ['profiles'],
  queryFn: async ({ signal }) => (await getJson<{ items: Profile[] }>('/profiles', signal)).items,
  staleTime: Infinity,
});

export const testConnection = (machine: MachineDefinition, signal: AbortSignal): Promise<TestReport> =>
  sendJson('POST', `/connections/test?${inWords()}`, machine, signal);

export const browseDevice = (connection: ConnectionDefinition, signal: AbortSignal): Promise<BrowseReport> =>
  sendJson('POST', `/connections/browse?${inWords()}`, { connection }, signal);

export const retryConnection = (id: string): Promise<void> => post(`${path(id)}/connection/retry`);

export const readDefinition = (id: string): Promise<MachineDefinition> => getJson(`${path(id)}/definition`);
export const addMachine = (machine: MachineDefinition): Promise<Machine> => sendJson('POST', `/machines?${inWords()}`, machine);
export const changeMachine = (machine: MachineDefinition): Promise<Machine> =>
  sendJson('PUT', `${path(machine.id)}?${inWords()}`, machine);

/** Removes the machine and gives back what it was, to bring it back with. */
async function removeMachine(id: string): Promise<MachineDefinition> {
  const definition = await readDefinition(id);
  await sendJson('DELETE', path(id));
  return definition;
}

function useChange<Input, Output>(mutationFn: (input: Input) => Promise<Output>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn, onSuccess: () => plantChanged(queries) });
}

export const useAddMachine = () => useChange(addMachine);
export const useChangeMachine = () => useChange(changeMachine);
export const useRemoveMachine = () => useChange(removeMachine);
