// What the names in a file stand for here: as the box found it, and as somebody wants it.

import type { ImportedName } from '../../api/exchange';
import type { Machine } from '../../api/types';
import { signalName } from '../../api/signals';

/** Names of the file, each with the `MACHINE/SIGNAL` it is to be. */
export type Names = Readonly<Record<string, string>>;

export interface NameRow extends ImportedName {
  /** Where it is to go; empty where nothing is chosen. */
  chosen: { machine: string; signal: string };
}

const split = (name: string) => {
  const slash = name.indexOf('/');
  return slash < 0 ? { machine: name, signal: '' } : { machine: name.slice(0, slash), signal: name.slice(slash + 1) };
};

/** What has no place first, then as the file has it; as many as are looked through by hand. */
export function nameRows(found: readonly ImportedName[], wanted: Names, most: number): NameRow[] {
  const rows = found.map((each) => {
    const asked = wanted[each.name];
    return { ...each, chosen: asked !== undefined ? split(asked) : { machine: each.machine ?? '', signal: each.signal ?? '' } };
  });
  return [...rows.filter(({ machine }) => machine === null), ...rows.filter(({ machine }) => machine !== null)].slice(0, most);
}

/** The wish for one name; a machine without a signal is no wish yet, but is kept until it is. */
export const withName = (wanted: Names, name: string, machine: string, signal: string): Names =>
  machine === '' ? Object.fromEntries(Object.entries(wanted).filter(([each]) => each !== name)) : { ...wanted, [name]: signalName(machine, signal) };

/** Only what says both a machine and a signal is asked of the box. */
export const complete = (wanted: Names): Names => Object.fromEntries(Object.entries(wanted).filter(([, target]) => split(target).signal !== ''));

export const sameNames = (a: Names, b: Names) => {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
};

/** Signals of a machine to choose from. */
export const signalsOf = (machines: readonly Machine[], machine: string) => machines.find(({ id }) => id === machine)?.signals ?? [];
