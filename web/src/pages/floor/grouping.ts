// The floor's list: searched, filtered, and grouped by where the machines stand. Pure.

import type { Machine } from '../../api/types';
import { machineStates, type MachineState } from '../../state/states';

export interface Group {
  path: string;
  machines: Machine[];
}

const order = new Intl.Collator('zh-Hant', { numeric: true });

/** Words of the search must all be found, anywhere in what describes a machine. */
export function matches(machine: Machine, search: string): boolean {
  const { detail } = machine;
  const text = [machine.id, machine.name, machine.group, detail.program, detail.work_order, detail.operator]
    .join('\n')
    .toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

export function groupsOf(machines: readonly Machine[]): Group[] {
  const groups = new Map<string, Machine[]>();
  for (const machine of machines) {
    const group = groups.get(machine.group);
    if (group === undefined) groups.set(machine.group, [machine]);
    else group.push(machine);
  }
  return [...groups]
    .map(([path, members]) => ({
      path,
      machines: members.sort((a, b) => order.compare(a.name, b.name) || order.compare(a.id, b.id)),
    }))
    .sort((a, b) => order.compare(a.path, b.path));
}

export interface StateCount {
  state: MachineState;
  count: number;
}

/** How many machines are in each state; states nobody is in are left out. */
export function countsOf(machines: readonly Machine[]): StateCount[] {
  const counts = new Map<MachineState, number>();
  for (const { state } of machines) counts.set(state, (counts.get(state) ?? 0) + 1);
  return machineStates
    .map((state) => ({ state, count: counts.get(state) ?? 0 }))
    .filter(({ count }) => count > 0);
}
