// The window a machine page looks at. A live one moves on: every half minute, and soon after
// something happened to the machine.

import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { LiveEvent } from '../../api/types';
import type { Instant } from '../../api/units';
import { serverNow } from '../../state/clock';
import { useLiveEvents } from '../../state/live';
import { windowOf, type Choice, type Window } from '../../time/windows';

const eventPauseMs = 3000;
const dayMs = 86_400_000;

/** Long windows are heavy answers: they move on less often. */
const refreshMs = (lengthMs: number) => (lengthMs <= 1.1 * dayMs ? 30_000 : 300_000);

/** Answers cached by window must not differ by a few milliseconds: whole seconds. */
const wholeSecond = (): Instant => (Math.floor(serverNow() / 1000) * 1000) as Instant;

export function useWindow(choice: Choice, zone: string, machine: string): Window & { refresh: () => void } {
  const [now, setNow] = useState(wholeSecond);
  const refresh = useCallback(() => setNow(wholeSecond()), []);
  const window = useMemo(() => windowOf(choice, now, zone), [choice, now, zone]);
  const length = window.to - window.from;

  // A new choice is made at a new moment.
  useEffect(refresh, [choice, refresh]);

  useEffect(() => {
    if (!window.live) return undefined;
    const timer = setInterval(refresh, refreshMs(length));
    return () => clearInterval(timer);
  }, [window.live, length > 1.1 * dayMs, refresh]);

  const pending = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(pending.current), []);
  useLiveEvents(
    useCallback(
      (events: readonly LiveEvent[]) => {
        if (!window.live || length > 1.1 * dayMs || pending.current !== undefined) return;
        const concerns = (event: LiveEvent) =>
          (event.kind === 'state' || event.kind === 'alarm') && event.machine === machine;
        if (!events.some(concerns)) return;
        pending.current = setTimeout(() => {
          pending.current = undefined;
          refresh();
        }, eventPauseMs);
      },
      [window.live, length, machine, refresh],
    ),
  );

  return { ...window, refresh };
}
