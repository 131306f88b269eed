// A machine as it is being written: every field as text, just as typed. What the form shows empty is
// the default. Errors and fields are named by the same path as the server's: `/signals/2/address`.

import type { ConnectionDefinition, HistoryPolicy, MachineDefinition, Protocol, SignalDefinition } from '../../../api/connections';
import { connectionFields, isProtocol, natures, type ConnectionField } from '../protocols';

export const signalFields = ['id', 'address', 'type', 'role', 'order', 'scale', 'offset', 'unit', 'poll_ms'] as const;
/** Of `history`, which of its values are kept. */
export const historyFields = ['every_s', 'dead_band', 'dead_band_percent', 'at_least_every_s', 'class'] as const;
export type SignalField = (typeof signalFields)[number];
export type HistoryField = (typeof historyFields)[number];
export type SignalTexts = Record<SignalField | HistoryField, string>;

/** Where the API has a field of a signal. */
export const signalPath = (place: number, field: keyof SignalTexts): string =>
  `/signals/${place}/${(historyFields as readonly string[]).includes(field) ? `history/${field}` : field}`;

export interface SignalDraft extends SignalTexts {
  /** Only to tell rows apart while they move. */
  key: number;
}

export const stateFields = ['min_hold_s', 'lamp_min_hold_s', 'blink_window_s', 'offline_after_s', 'current_off_below', 'current_run_above'] as const;
export const countFields = ['modulus', 'parts_per_count', 'step_max'] as const;
export type StateField = (typeof stateFields)[number];
export type CountField = (typeof countFields)[number];

export interface Draft {
  id: string;
  name: string;
  group: string;
  ideal_cycle_s: string;
  rated_power_kw: string;
  protocol: Protocol;
  connection: Record<ConnectionField, string>;
  profile: string;
  accept_new_signals: boolean;
  work_unit: boolean;
  state: Record<StateField, string>;
  fault_stops_run: boolean;
  /** One a line. */
  warmup_programs: string;
  counting: Record<CountField, string>;
  signals: SignalDraft[];
}

let nextKey = 1;
export const newKey = () => nextKey++;

const text = (value: unknown): string => (value === null || value === undefined ? '' : String(value));
const textsOf = <Field extends string>(fields: readonly Field[], from: object | null | undefined) =>
  Object.fromEntries(fields.map((field) => [field, text((from as Record<string, unknown> | null | undefined)?.[field])])) as Record<Field, string>;

const stateDefaults: Partial<Record<StateField, string>> = { min_hold_s: '2', lamp_min_hold_s: '1', blink_window_s: '3' };
const countDefaults: Partial<Record<CountField, string>> = { modulus: '0', parts_per_count: '1' };
export const defaultOf = (path: string): string | undefined => {
  const [, part, field] = path.split('/');
  if (part === 'state') return stateDefaults[field as StateField];
  return part === 'counting' ? countDefaults[field as CountField] : undefined;
};

export const blankSignal = (): SignalDraft => ({ key: newKey(), ...textsOf(signalFields, {}), ...textsOf(historyFields, {}) });

export const emptySignal = (protocol: Protocol): SignalDraft => ({ ...blankSignal(), type: protocol === 'modbus-tcp' || protocol === 'modbus-rtu' ? 'uint16' : '' });

export function signalDraft(signal: SignalDefinition): SignalDraft {
  const texts = { ...textsOf(signalFields, signal), ...textsOf(historyFields, signal.history) };
  const unless = (value: string, usual: string) => (value === usual ? '' : value);
  return { key: newKey(), ...texts, role: unless(texts.role, 'none'), order: unless(texts.order, 'ABCD'), scale: unless(texts.scale, '1'), offset: unless(texts.offset, '0') };
}

export function connectionDraft(protocol: Protocol, from?: Partial<ConnectionDefinition>): Record<ConnectionField, string> {
  const given = textsOf(connectionFields, from);
  const { defaults } = natures[protocol];
  return Object.fromEntries(connectionFields.map((field) => [field, given[field] || (defaults[field] ?? '')])) as Record<ConnectionField, string>;
}

export function emptyDraft(protocol: Protocol = 'modbus-tcp'): Draft {
  return {
    id: '', name: '', group: '', ideal_cycle_s: '', rated_power_kw: '',
    protocol, connection: connectionDraft(protocol),
    profile: '', accept_new_signals: false, work_unit: true,
    state: { ...textsOf(stateFields, {}), ...stateDefaults }, fault_stops_run: false, warmup_programs: '',
    counting: { ...textsOf(countFields, {}), ...countDefaults },
    signals: [],
  };
}

export function draftOf(machine: MachineDefinition): Draft {
  const protocol = isProtocol(machine.connection.protocol) ? machine.connection.protocol : 'modbus-tcp';
  return {
    id: machine.id,
    name: text(machine.name),
    group: text(machine.group),
    ideal_cycle_s: text(machine.ideal_cycle_s),
    rated_power_kw: text(machine.rated_power_kw),
    protocol,
    connection: connectionDraft(protocol, machine.connection),
    profile: text(machine.profile),
    accept_new_signals: machine.accept_new_signals === true,
    work_unit: machine.work_unit !== false,
    state: { ...textsOf(stateFields, { ...stateDefaults, ...dropNull(machine.state) }) },
    fault_stops_run: machine.state?.fault_stops_run === true,
    warmup_programs: (machine.state?.warmup_programs ?? []).join('\n'),
    counting: { ...textsOf(countFields, { ...countDefaults, ...dropNull(machine.counting) }) },
    signals: (machine.signals ?? []).map(signalDraft),
  };
}

const dropNull = (from: object | null | undefined) => Object.fromEntries(Object.entries(from ?? {}).filter(([, value]) => value !== null));

const number = (written: string): number | undefined => (written.trim() === '' ? undefined : Number(written));
const word = (written: string): string | undefined => (written.trim() === '' ? undefined : written.trim());
/** Without the keys that say nothing. */
const given = <T extends object>(from: T): T => Object.fromEntries(Object.entries(from).filter(([, value]) => value !== undefined)) as T;

export function connectionOf(draft: Draft): ConnectionDefinition {
  const { fields, finer } = natures[draft.protocol];
  const numeric: readonly ConnectionField[] = ['port', 'unit', 'baud', 'stop_bits', 'poll_ms', 'timeout_ms'];
  const own = [...fields, ...finer].map((field) => [field, numeric.includes(field) ? number(draft.connection[field]) : word(draft.connection[field])]);
  return given({ protocol: draft.protocol, ...Object.fromEntries(own) }) as ConnectionDefinition;
}

function historyOf(signal: SignalDraft): HistoryPolicy | undefined {
  const { every_s, dead_band, dead_band_percent, at_least_every_s } = signal;
  const policy = given({ every_s: number(every_s), dead_band: number(dead_band), dead_band_percent: number(dead_band_percent), at_least_every_s: number(at_least_every_s), class: word(signal.class) });
  return Object.keys(policy).length === 0 ? undefined : (policy as HistoryPolicy);
}

function signalOf(signal: SignalDraft): SignalDefinition {
  return given({
    id: signal.id.trim(),
    address: word(signal.address), type: word(signal.type), role: word(signal.role), order: word(signal.order),
    scale: number(signal.scale), offset: number(signal.offset), unit: word(signal.unit), poll_ms: number(signal.poll_ms),
    history: historyOf(signal),
  }) as SignalDefinition;
}

/** What is sent. Call it only when checks() finds nothing. */
export function definitionOf(draft: Draft): MachineDefinition {
  const numbers = <Field extends string>(fields: Record<Field, string>) =>
    given(Object.fromEntries(Object.entries(fields).map(([field, written]) => [field, number(written as string)])));
  const programs = draft.warmup_programs.split('\n').map((line) => line.trim()).filter(Boolean);
  return given({
    id: draft.id.trim(),
    name: word(draft.name),
    group: word(draft.group),
    ideal_cycle_s: number(draft.ideal_cycle_s),
    rated_power_kw: number(draft.rated_power_kw),
    connection: connectionOf(draft),
    profile: word(draft.profile),
    accept_new_signals: draft.accept_new_signals || undefined,
    work_unit: draft.work_unit ? undefined : false,
    state: { ...numbers(draft.state), fault_stops_run: draft.fault_stops_run, ...(programs.length > 0 && { warmup_programs: programs }) },
    counting: numbers(draft.counting),
    signals: draft.signals.map(signalOf),
  }) as MachineDefinition;
}

/** Two drafts say the same. */
export const sameDraft = (a: Draft, b: Draft) => JSON.stringify(definitionOf(a)) === JSON.stringify(definitionOf(b));

/** Both would read the same from the device. */
export const sameReading = (a: Draft, b: Draft) => {
  const read = (draft: Draft) => JSON.stringify([connectionOf(draft), draft.signals.map(({ id, address, type, order, scale, offset }) => [id, address, type, order, scale, offset])]);
  return read(a) === read(b);
};
