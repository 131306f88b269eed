// Who draws which machine. The query cache holds the list; this tells each listener of one machine
// when that machine is another than before, and nobody else.

import type { QueryClient } from '@tanstack/react-query';
import { keys } from '../api/queries';
import type { Machine } from '../api/types';
import { drawSoon, forgetDraw } from './frames';

type Listener = () => void;

export class MachineStore {
  private machines = new Map<string, Machine>();
  private readonly listeners = new Map<string, Set<Listener>>();

  constructor(private readonly queries: QueryClient) {
    this.take(queries.getQueryData<Machine[]>(keys.machines));
  }

  /** Follows the cache until the returned function is called. */
  start(): () => void {
    this.take(this.queries.getQueryData<Machine[]>(keys.machines));
    return this.queries.getQueryCache().subscribe(({ type, query }) => {
      if (type === 'updated' && query.queryKey[0] === keys.machines[0] && query.queryKey.length === 1)
        this.take(query.state.data as Machine[] | undefined);
    });
  }

  machine(id: string): Machine | undefined {
    return this.machines.get(id);
  }

  /** Calls `listener` in a frame that has time, after machine `id` changed. */
  subscribe(id: string, listener: Listener): () => void {
    const those = this.listeners.get(id) ?? new Set();
    this.listeners.set(id, those.add(listener));
    return () => {
      forgetDraw(listener);
      those.delete(listener);
      if (those.size === 0 && this.listeners.get(id) === those) this.listeners.delete(id);
    };
  }

  private take(list: Machine[] | undefined): void {
    if (list === undefined) return;
    const before = this.machines;
    this.machines = new Map(list.map((machine) => [machine.id, machine]));
    for (const [id, those] of this.listeners)
      if (before.get(id) !== this.machines.get(id)) for (const each of those) drawSoon(each);
  }
}
