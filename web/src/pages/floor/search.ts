// What the floor keeps in its address. What makes no sense is left out.

import { machineStates, type MachineState } from '../../state/states';

export const orders = ['place', 'trouble', 'name'] as const;
export type Order = (typeof orders)[number];

export interface FloorSearch {
  q?: string;
  state?: MachineState;
  group?: string;
  sort?: Exclude<Order, 'place'>;
  view?: 'rows';
  /** Paths of groups that are folded. */
  closed?: string[];
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined;

export function readFloorSearch(search: Record<string, unknown>): FloorSearch {
  const q = text(search['q']);
  const group = text(search['group']);
  const state = machineStates.find((each) => each === search['state']);
  const sort = orders.find((each) => each === search['sort']);
  const closed = Array.isArray(search['closed']) ? search['closed'].filter((path) => typeof path === 'string') : [];
  return {
    ...(q !== undefined && { q }),
    ...(state !== undefined && { state }),
    ...(group !== undefined && { group }),
    ...(sort !== undefined && sort !== 'place' && { sort }),
    ...(search['view'] === 'rows' && { view: 'rows' as const }),
    ...(closed.length > 0 && { closed }),
  };
}
