// How years are counted on this screen: 2026, or 民國 115. A choice of the viewer, remembered in the
// browser; addresses and the API always carry the common era.

import { useSyncExternalStore } from 'react';

export const eras = ['ce', 'roc'] as const;
export type Era = (typeof eras)[number];

const storageKey = 'spindle.era';
const listeners = new Set<() => void>();

function remembered(): Era {
  try {
    return localStorage.getItem(storageKey) === 'roc' ? 'roc' : 'ce';
  } catch {
    return 'ce'; // A browser may forbid storage.
  }
}

let era: Era = remembered();

export const currentEra = (): Era => era;

export function chooseEra(chosen: Era): void {
  era = chosen;
  try {
    localStorage.setItem(storageKey, chosen);
  } catch {
    // Not remembered then.
  }
  for (const each of listeners) each();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export const useEra = (): Era => useSyncExternalStore(subscribe, currentEra);
