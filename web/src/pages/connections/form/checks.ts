// What is wrong with a machine as typed, field by field, before the box is asked. The box checks
// again and has the last word; this only says it earlier, at the field.

import type { Protocol } from '../../../api/connections';
import type { Complaint, Complaints } from '../../../components/form/complaints';
import { isHost, isPort } from '../address_url';
import { isModbus, natures } from '../protocols';
import { isNumeric, isRole, isValueType, needsNumber, orders } from '../roles';
import { countFields, signalPath, stateFields, type Draft, type SignalTexts } from './draft';

const decimal = /^-?\d+(\.\d+)?(e[-+]?\d+)?$/i;
export const isNumber = (text: string) => decimal.test(text.trim());
const isWhole = (text: string) => /^\d+$/.test(text.trim());

function range(text: string, least: number, most: number, whole: boolean): Complaint | null {
  if (!(whole ? isWhole(text) : isNumber(text))) return { key: whole ? 'form.wrong.whole' : 'form.wrong.number' };
  const value = Number(text);
  return value < least || value > most ? { key: 'form.wrong.range', values: { least: least.toLocaleString('en-US'), most: most.toLocaleString('en-US') } } : null;
}

const manual = /^[0134]\d{4,5}$/;

/** `hr:N ir:N co:N di:N`, `hr:N.B`; the numbers of manuals (40011) are told how to write them. */
export function modbusAddress(text: string): Complaint | null {
  if (manual.test(text)) {
    const base = text.length === 5 ? 10_000 : 100_000;
    const table = { 0: 'co', 1: 'di', 3: 'ir', 4: 'hr' }[Math.floor(Number(text) / base)];
    const offset = (Number(text) % base) - 1;
    if (table !== undefined && offset >= 0) return { key: 'form.wrong.manual', values: { text, address: `${table}:${offset}` } };
  }
  const parts = /^(hr|ir|co|di):(\d+)(?:\.(\d+)|-(\d+))?$/.exec(text);
  if (parts === null) return { key: 'form.wrong.address' };
  const [, table = '', first, bit, last] = parts;
  if (Number(first) > 65535 || Number(last ?? 0) > 65535) return { key: 'form.wrong.register' };
  const bits = table === 'co' || table === 'di';
  if (bits && (bit !== undefined || last !== undefined)) return { key: 'form.wrong.address' };
  return bit !== undefined && Number(bit) > 15 ? { key: 'form.wrong.bit' } : null;
}

export function checkSignal(signal: SignalTexts, protocol: Protocol): [keyof SignalTexts, Complaint][] {
  const wrong: [keyof SignalTexts, Complaint][] = [];
  const complain = (field: keyof SignalTexts, complaint: Complaint | null) => {
    if (complaint !== null) wrong.push([field, complaint]);
  };
  const id = signal.id.trim();
  if (id === '') complain('id', { key: 'form.wrong.needed' });
  else if (!/^[A-Za-z0-9_.-]{1,64}$/.test(id)) complain('id', { key: 'form.wrong.signalId' });
  const address = signal.address.trim();
  if (isModbus(protocol)) complain('address', address === '' ? { key: 'form.wrong.addressNeeded' } : modbusAddress(address));
  if (signal.type !== '' && !isValueType(signal.type)) complain('type', { key: 'form.wrong.type' });
  else if (signal.type === 'condition' && signal.role !== '' && signal.role !== 'alarm') complain('role', { key: 'form.wrong.condition' });
  else if (needsNumber(signal.role) && signal.type !== '' && !isNumeric(signal.type)) complain('type', { key: 'form.wrong.roleNumber' });
  if (signal.role !== '' && !isRole(signal.role)) complain('role', { key: 'form.wrong.role' });
  if (signal.order !== '' && (!isModbus(protocol) || !(orders as readonly string[]).includes(signal.order))) complain('order', { key: 'form.wrong.order' });
  for (const field of ['scale', 'offset'] as const) {
    if (signal[field].trim() === '') continue;
    const complaint = range(signal[field], -1e15, 1e15, false);
    complain(field, complaint ?? (field === 'scale' && Number(signal.scale) === 0 ? { key: 'form.wrong.zero' } : null));
    if (complaint === null && signal.type !== '' && !isNumeric(signal.type)) complain(field, { key: 'form.wrong.scaleType' });
  }
  if (signal.unit.length > 40) complain('unit', { key: 'form.wrong.long', values: { most: 40 } });
  if (signal.poll_ms.trim() !== '') complain('poll_ms', range(signal.poll_ms, 10, 3_600_000, true));
  checkHistory(signal, complain);
  return wrong;
}

/** The box's own rules of what is kept. */
function checkHistory(signal: SignalTexts, complain: (field: keyof SignalTexts, complaint: Complaint | null) => void): void {
  const kept = { every_s: [0.01, 86_400], dead_band: [0, 1e15], dead_band_percent: [0, 100], at_least_every_s: [0.01, 604_800] } as const;
  for (const [field, [least, most]] of Object.entries(kept) as [keyof typeof kept, readonly [number, number]][])
    if (signal[field].trim() !== '') complain(field, range(signal[field], least, most, false));
  for (const field of ['dead_band', 'dead_band_percent'] as const)
    if (signal[field].trim() !== '' && signal.type !== '' && !isNumeric(signal.type)) complain(field, { key: 'history_policy.wrongType' });
  if (isNumber(signal.every_s) && isNumber(signal.at_least_every_s) && Number(signal.at_least_every_s) < Number(signal.every_s)) complain('at_least_every_s', { key: 'history_policy.wrongOrder' });
}

function checkConnection(draft: Draft, complain: (path: string, complaint: Complaint | null) => void): void {
  const { connection, protocol } = draft;
  const asked = [...natures[protocol].fields, ...natures[protocol].finer];
  const at = (field: keyof Draft['connection'], check: (text: string) => Complaint | null) => {
    if (asked.includes(field)) complain(`/connection/${field}`, check(connection[field].trim()));
  };
  at('host', (text) => (text === '' ? { key: 'form.wrong.hostNeeded' } : /[/:]\/\//.test(text) ? { key: 'form.wrong.hostUrl' } : isHost(text) ? null : { key: 'form.wrong.host' }));
  at('port', (text) => (text === '' || isPort(text) ? null : { key: 'form.wrong.range', values: { least: 1, most: '65,535' } }));
  at('unit', (text) => (text === '' ? null : protocol === 'modbus-rtu' ? range(text, 1, 247, true) : range(text, 0, 255, true)));
  at('serial_port', (text) => (/^\/\S+$/.test(text) ? null : { key: 'form.wrong.serial' }));
  at('poll_ms', (text) => (text === '' ? null : range(text, 10, 3_600_000, true)));
  at('timeout_ms', (text) => (text === '' ? null : range(text, 10, 60_000, true)));
}

/** Everything that is wrong, by path. `taken`: the ids of other machines. */
export function check(draft: Draft, taken: readonly string[] = []): Complaints {
  const wrong = new Map<string, Complaint>();
  const complain = (path: string, complaint: Complaint | null) => {
    if (complaint !== null && !wrong.has(path)) wrong.set(path, complaint);
  };
  const id = draft.id.trim();
  if (id === '') complain('/id', { key: 'form.wrong.needed' });
  else if (!/^[a-z0-9-]{1,64}$/.test(id)) complain('/id', { key: 'form.wrong.machineId' });
  else if (taken.includes(id)) complain('/id', { key: 'form.wrong.taken', values: { id } });
  if (draft.name.trim() === '') complain('/name', { key: 'form.wrong.needed' });
  else if (draft.name.length > 200) complain('/name', { key: 'form.wrong.long', values: { most: 200 } });
  if (draft.group.trim() !== '' && !/^[^/]+(\/[^/]+)*$/.test(draft.group.trim())) complain('/group', { key: 'form.wrong.group' });
  for (const [field, most] of [['ideal_cycle_s', 604_800], ['rated_power_kw', 100_000]] as const)
    if (draft[field].trim() !== '') complain(`/${field}`, range(draft[field], 0, most, false) ?? (Number(draft[field]) > 0 ? null : { key: 'form.wrong.positive' }));
  checkConnection(draft, complain);
  const limits: Record<string, [number, number]> = { min_hold_s: [0, 3600], lamp_min_hold_s: [0, 3600], blink_window_s: [0.1, 60], offline_after_s: [1, 86_400], current_off_below: [0, 100_000], current_run_above: [0, 100_000], modulus: [0, 1.8e19], parts_per_count: [1, 1_000_000], step_max: [1, 1.8e19] };
  for (const field of stateFields) if (draft.state[field].trim() !== '') complain(`/state/${field}`, range(draft.state[field], ...limits[field]!, false));
  for (const field of countFields) if (draft.counting[field].trim() !== '') complain(`/counting/${field}`, range(draft.counting[field], ...limits[field]!, true));
  if (draft.counting.modulus.trim() === '1') complain('/counting/modulus', { key: 'form.wrong.modulus' });
  const { current_off_below: off, current_run_above: run } = draft.state;
  if (isNumber(off) && isNumber(run) && Number(run) < Number(off)) complain('/state/current_run_above', { key: 'form.wrong.currents' });
  const seen = new Map<string, number>();
  draft.signals.forEach((signal, place) => {
    for (const [field, complaint] of checkSignal(signal, draft.protocol)) complain(signalPath(place, field), complaint);
    const own = signal.id.trim();
    if (own !== '' && seen.has(own)) complain(`/signals/${place}/id`, { key: 'form.wrong.twice', values: { id: own } });
    else seen.set(own, place);
  });
  return wrong;
}
