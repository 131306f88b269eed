// Something that asks a device and may take seconds: it can be given up, and an old answer never
// replaces a newer one.

import { useCallback, useEffect, useRef, useState } from 'react';

export interface Attempt<Input, Output> {
  running: boolean;
  result: Output | null;
  error: Error | null;
  start: (input: Input) => Promise<Output | null>;
  cancel: () => void;
  /** Forgets the answer: what was asked has changed. */
  clear: () => void;
}

export function useAttempt<Input, Output>(ask: (input: Input, signal: AbortSignal) => Promise<Output>): Attempt<Input, Output> {
  const [state, setState] = useState<{ running: boolean; result: Output | null; error: Error | null }>({ running: false, result: null, error: null });
  const current = useRef<AbortController | null>(null);
  const cancel = useCallback(() => {
    current.current?.abort();
    current.current = null;
    setState((before) => ({ ...before, running: false }));
  }, []);
  const start = useCallback(
    async (input: Input) => {
      current.current?.abort();
      const own = new AbortController();
      current.current = own;
      setState({ running: true, result: null, error: null });
      try {
        const result = await ask(input, own.signal);
        if (current.current === own) setState({ running: false, result, error: null });
        return result;
      } catch (error) {
        if (current.current === own) setState({ running: false, result: null, error: error as Error });
        return null;
      }
    },
    [ask],
  );
  const clear = useCallback(() => setState((before) => (before.running || before.result || before.error ? { running: false, result: null, error: null } : before)), []);
  useEffect(() => () => current.current?.abort(), []);
  return { ...state, start, cancel, clear };
}
