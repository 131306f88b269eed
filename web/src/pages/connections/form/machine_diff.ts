// What saving would change, for the person who presses the button: which fields, from what to what,
// and whether the machine's past is derived again. The box has the same rules and the last word.

import type { Protocol, SignalDefinition } from '../../../api/connections';
import { isModbus, natures } from '../protocols';
import { definitionOf, type Draft } from './draft';

export interface Difference {
  /** `connection.host`, `signals.parts.scale`; a whole signal has only two parts. */
  field: string;
  before: string;
  after: string;
  kind: 'added' | 'removed' | 'changed';
}

export interface MachineDifference {
  lines: Difference[];
  /** The past is derived again: states, parts and figures of old days may change. */
  recomputes: boolean;
  /** The connection starts again: some seconds without data. */
  reconnects: boolean;
}

const said = (value: unknown): string => (value === undefined || value === null || value === '' ? '' : Array.isArray(value) ? value.join(', ') : String(value));

function flat(from: object, prefix = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(from)) {
    if (key === 'signals') continue;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) for (const [inner, text] of flat(value as object, `${prefix}${key}.`)) found.set(inner, text);
    else found.set(prefix + key, said(value));
  }
  return found;
}

const movesPast = (field: string) => field === 'ideal_cycle_s' || field.startsWith('state.') || field.startsWith('counting.');

function offlineAfter(draft: Draft): number {
  if (draft.state.offline_after_s.trim() !== '') return Number(draft.state.offline_after_s);
  return Math.max(10, isModbus(draft.protocol) ? (3 * Number(draft.connection.poll_ms || '1000')) / 1000 : 0);
}

const describe = (signal: SignalDefinition) => [signal.address, signal.type, signal.role].filter(Boolean).join(' · ');
const matters = (signal: SignalDefinition) => (signal.role ?? '') !== '' || signal.type === 'condition';

export function difference(before: Draft, after: Draft): MachineDifference {
  const lines: Difference[] = [];
  let recomputes = offlineAfter(before) !== offlineAfter(after);
  let reconnects = false;
  const compare = (old: Map<string, string>, now: Map<string, string>, prefix: string, note: (field: string) => void) => {
    for (const field of new Set([...old.keys(), ...now.keys()])) {
      const [was = '', is = ''] = [old.get(field), now.get(field)];
      if (was === is) continue;
      lines.push({ field: prefix + field, before: was, after: is, kind: 'changed' });
      note(field);
    }
  };
  const [old, now] = [definitionOf(before), definitionOf(after)];
  compare(flat(old), flat(now), '', (field) => {
    recomputes ||= movesPast(field);
    reconnects ||= field.startsWith('connection.');
  });
  const known = new Map((old.signals ?? []).map((signal) => [signal.id, signal]));
  const kept = new Set((now.signals ?? []).map(({ id }) => id));
  for (const signal of old.signals ?? []) {
    if (kept.has(signal.id)) continue;
    lines.push({ field: `signals.${signal.id}`, before: describe(signal), after: '', kind: 'removed' });
    recomputes ||= matters(signal);
    reconnects = true;
  }
  for (const signal of now.signals ?? []) {
    const was = known.get(signal.id);
    if (was === undefined) {
      lines.push({ field: `signals.${signal.id}`, before: '', after: describe(signal), kind: 'added' });
      recomputes ||= matters(signal);
      reconnects = true;
      continue;
    }
    compare(flat(was), flat(signal), `signals.${signal.id}.`, (field) => {
      recomputes ||= field === 'role' || (field === 'type' && (matters(was) || matters(signal)));
      reconnects ||= field !== 'role' && field !== 'unit' && !field.startsWith('history.');
    });
  }
  return { lines, recomputes, reconnects };
}

/** Fields that another protocol does not have are not carried over; its own defaults come in. */
export function withProtocol(draft: Draft, protocol: Protocol): Draft {
  const { fields, defaults } = natures[protocol];
  const before = natures[draft.protocol].defaults;
  const connection = { ...draft.connection };
  for (const field of [...fields, ...natures[protocol].finer])
    if (connection[field] === '' || connection[field] === before[field]) connection[field] = defaults[field] ?? '';
  const signals = isModbus(protocol) ? draft.signals : draft.signals.map((signal) => ({ ...signal, order: '' }));
  return { ...draft, protocol, connection, signals };
}
