// Hooks for pages that draw many machines: each part is drawn again only when its own data changed.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, useCallback, useContext, useEffect, useRef, useState, useSyncExternalStore, type ReactNode } from 'react';
import { machinesQuery } from '../api/queries';
import type { Machine } from '../api/types';
import { MachineStore } from './machine_store';

const StoreContext = createContext<MachineStore | null>(null);

export function MachineStoreProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const [store] = useState(() => new MachineStore(queries));
  useEffect(() => store.start(), [store]);
  return <StoreContext.Provider value={store}>{children}</StoreContext.Provider>;
}

function useStore(): MachineStore {
  const store = useContext(StoreContext);
  if (store === null) throw new Error('no MachineStoreProvider above');
  return store;
}

export function sameParts(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => name in b && Object.is((a as Record<string, unknown>)[name], (b as Record<string, unknown>)[name]))
  );
}

/** What `select` says of a machine; drawn again only when that changes, an object by its fields. */
export function useMachinePart<T>(id: string, select: (machine: Machine) => T): T | undefined {
  const store = useStore();
  const last = useRef<T | undefined>(undefined);
  const subscribe = useCallback((listener: () => void) => store.subscribe(id, listener), [store, id]);
  return useSyncExternalStore(subscribe, () => {
    const machine = store.machine(id);
    const now = machine === undefined ? undefined : select(machine);
    if (!sameParts(now, last.current)) last.current = now;
    return last.current;
  });
}

/** One machine of the list; undefined while it is not known. */
export function useMachine(id: string): Machine | undefined {
  const store = useStore();
  const subscribe = useCallback((listener: () => void) => store.subscribe(id, listener), [store, id]);
  return useSyncExternalStore(subscribe, () => store.machine(id));
}

export type MachineEntry = Pick<Machine, 'id' | 'name' | 'group' | 'state'>;

const entriesOf = (machines: Machine[]): MachineEntry[] =>
  machines.map(({ id, name, group, state }) => ({ id, name, group, state }));

/** The machines to sort, filter and count by; the same array until one of these four changes. */
export function useMachineIndex() {
  const { data, error, refetch } = useQuery({ ...machinesQuery, select: entriesOf });
  return { data, error, refetch };
}
