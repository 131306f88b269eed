// The floor's list: searched, filtered, grouped and put in order. Pure.

import type { Machine } from '../../api/types';
import { machineStates, type MachineState } from '../../state/states';
import type { Order } from './search';
import { inOrder, sectionsOf, type Section } from './sections';

/** What the floor finds, filters and orders machines by; their tiles know the rest. */
export interface Entry {
  id: string;
  name: string;
  group: string;
  state: MachineState;
  /** What a search looks into, in small letters. */
  text: string;
}

export function entryOf({ id, name, group, state, detail }: Machine): Entry {
  const text = [id, name, group, detail.program, detail.work_order, detail.operator].join('\n').toLowerCase();
  return { id, name, group, state, text };
}

/** Words of the search must all be found, anywhere in what describes a machine. */
export function matches(entry: Entry, search: string): boolean {
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => entry.text.includes(word));
}

/** What stands against its will, then what nobody knows of, then what waits; running ones need nobody. */
const urgency: readonly MachineState[] = ['estop', 'alarm', 'offline', 'hold', 'wait', 'idle', 'setup', 'manual', 'maint', 'warmup', 'run', 'power_off'];
const ranks = new Map(urgency.map((state, rank) => [state, rank]));
export const rankOf = (state: MachineState): number => ranks.get(state) ?? urgency.length;

export function arranged(entries: readonly Entry[], order: Order): Section<Entry>[] {
  if (order === 'name')
    return entries.length === 0
      ? []
      : [{ path: '*', items: [...entries].sort((a, b) => inOrder(a.name, b.name) || inOrder(a.id, b.id)) }];
  const sections = sectionsOf(entries);
  if (order === 'place') return sections;
  const worst = (section: Section<Entry>) => Math.min(...section.items.map(({ state }) => rankOf(state)));
  // The order by place is kept among equals: tiles don't wander for nothing.
  for (const section of sections) section.items.sort((a, b) => rankOf(a.state) - rankOf(b.state));
  return sections.sort((a, b) => worst(a) - worst(b));
}

export interface StateCount {
  state: MachineState;
  count: number;
}

/** How many machines are in each state; states nobody is in are left out. */
export function countsOf(machines: readonly { state: MachineState }[]): StateCount[] {
  const counts = new Map<MachineState, number>();
  for (const { state } of machines) counts.set(state, (counts.get(state) ?? 0) + 1);
  return machineStates
    .map((state) => ({ state, count: counts.get(state) ?? 0 }))
    .filter(({ count }) => count > 0);
}
