// An answer that was on its way while events arrived is older than they are. Each fetch therefore
// collects the events it misses, and applies them to its answer.

import type { LiveEvent } from '../api/types';

const collectedMax = 20_000;
const running = new Set<LiveEvent[]>();

export function collectFor(events: readonly LiveEvent[]): void {
  for (const collected of running)
    if (collected.length < collectedMax) collected.push(...events);
}

/** Runs `fetch` and hands its answer, with the events heard meanwhile, to `merge`. */
export async function fetchedWithEvents<T>(
  fetch: () => Promise<T>,
  merge: (answer: T, events: readonly LiveEvent[]) => T,
): Promise<T> {
  const collected: LiveEvent[] = [];
  running.add(collected);
  try {
    return merge(await fetch(), collected);
  } finally {
    running.delete(collected);
  }
}
