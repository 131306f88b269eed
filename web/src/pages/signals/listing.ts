// All signals of all machines as one list that can be searched: a line for each machine, then its
// signals. Pure.

import { isNumeric, signalName, type SignalName } from '../../api/signals';
import type { Machine, Signal } from '../../api/types';

export type ListRow =
  | { kind: 'machine'; id: string; name: string; group: string; count: number }
  | { kind: 'signal'; name: SignalName; machine: Machine; signal: Signal };

const fold = (text: string): string => text.toLowerCase().normalize('NFKC');

/** Rows whose machine, id, role, unit or address has every word of `query`. `roleText` says a role. */
export function listRows(machines: readonly Machine[], query: string, roleText: (role: string | null) => string): ListRow[] {
  const words = fold(query).split(/\s+/).filter((word) => word !== '');
  const rows: ListRow[] = [];
  for (const machine of machines) {
    const about = fold(`${machine.id} ${machine.name} ${machine.group}`);
    const found = machine.signals.filter((signal) => {
      const text = `${about} ${fold(`${signal.id} ${signal.role ?? ''} ${roleText(signal.role)} ${signal.unit ?? ''} ${signal.address} ${signal.type}`)}`;
      return words.every((word) => text.includes(word));
    });
    if (found.length === 0) continue;
    rows.push({ kind: 'machine', id: machine.id, name: machine.name, group: machine.group, count: found.length });
    for (const signal of found) rows.push({ kind: 'signal', name: signalName(machine.id, signal.id), machine, signal });
  }
  return rows;
}

/** What can be drawn as a line: quantities, and switches as 0 and 1. */
export const drawable = ({ type }: Signal): boolean => isNumeric(type) || type === 'bool';

export interface FoundSignal {
  name: SignalName;
  machine: Machine;
  signal: Signal;
}

/** The chosen signals that exist, in the order they were chosen. */
export function foundSignals(machines: readonly Machine[], chosen: readonly SignalName[]): FoundSignal[] {
  return chosen.flatMap((name) => {
    const slash = name.indexOf('/');
    const machine = machines.find(({ id }) => id === name.slice(0, slash));
    const signal = machine?.signals.find(({ id }) => id === name.slice(slash + 1));
    return machine !== undefined && signal !== undefined ? [{ name, machine, signal }] : [];
  });
}
