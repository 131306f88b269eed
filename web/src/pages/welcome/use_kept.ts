// What was written in the first run, kept in this browser until it is done: it can be left and come
// back to.

import { useCallback, useState } from 'react';

function read<T>(key: string, otherwise: T): T {
  try {
    const kept = localStorage.getItem(key);
    return kept === null ? otherwise : (JSON.parse(kept) as T);
  } catch {
    return otherwise; // A browser may forbid storage, or hold what an older version wrote.
  }
}

export function useKept<T>(name: string, first: T): [T, (value: T | ((before: T) => T)) => void, () => void] {
  const key = `spindle.welcome.${name}`;
  const [value, setValue] = useState(() => read(key, first));
  const keep = useCallback(
    (next: T | ((before: T) => T)) =>
      setValue((before) => {
        const after = typeof next === 'function' ? (next as (before: T) => T)(before) : next;
        try {
          localStorage.setItem(key, JSON.stringify(after));
        } catch {
          // Not kept then.
        }
        return after;
      }),
    [key],
  );
  const forget = useCallback(() => {
    try {
      localStorage.removeItem(key);
    } catch {
      // Nothing was kept.
    }
  }, [key]);
  return [value, keep, forget];
}
