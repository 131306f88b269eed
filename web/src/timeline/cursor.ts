// The moment that is pointed at, shared by all that shows the same time: timeline, lanes, trends. It
// moves with every movement of a mouse, so that only what draws it listens to it.

import { useState, useSyncExternalStore } from 'react';
import type { Instant } from '../api/units';

export class Cursor {
  private at: Instant | null = null;
  private readonly listeners = new Set<() => void>();

  readonly get = (): Instant | null => this.at;

  readonly set = (at: Instant | null): void => {
    if (at === this.at) return;
    this.at = at;
    for (const each of this.listeners) each();
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };
}

/** One for a page; its parts get it handed down. */
export const useCursor = (): Cursor => useState(() => new Cursor())[0];

export const useCursorAt = (cursor: Cursor): Instant | null => useSyncExternalStore(cursor.subscribe, cursor.get);
