// The window a page looks at. A live one moves on: every half minute, and soon after something
// happened to the machine; unless a person holds it.

import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { currentShiftQuery, type CurrentShift, type Shift } from '../api/shifts';
import type { LiveEvent } from '../api/types';
import { instantOf, type Instant } from '../api/units';
import { serverNow } from '../state/clock';
import { useLiveEvents } from '../state/live';
import { needsShifts, shiftMoment, windowOf, type Choice, type ShiftSpans, type Window } from './windows';

const eventPauseMs = 3000;
const dayMs = 86_400_000;

/** Long windows are heavy answers: they move on less often. */
const refreshMs = (lengthMs: number) => (lengthMs <= 1.1 * dayMs ? 30_000 : 300_000);

/** Answers cached by window must not differ by a few milliseconds: whole seconds. */
const wholeSecond = (): Instant => (Math.floor(serverNow() / 1000) * 1000) as Instant;

const spanOf = (shift: Shift | null) => (shift === null ? null : { from: instantOf(shift.from), to: instantOf(shift.to) });
const spansOf = ({ shift, previous, next }: CurrentShift): ShiftSpans => ({ shift: spanOf(shift), previous: spanOf(previous), next: spanOf(next) });

export interface LookedAt extends Window {
  refresh: () => void;
  /** A live window that stands still since a person said so. */
  held: boolean;
  hold: (held: boolean) => void;
  shifts: ShiftSpans | null;
  /** The shift the window is, where it is one. */
  shift: Shift | null;
  /** False while the shifts a window needs are on their way: nothing should be asked for yet. */
  known: boolean;
}

/** `machine`: whose events make a live window move on; none when it only follows the clock. */
export function useWindow(choice: Choice, zone: string, machine: string | null): LookedAt {
  const [now, setNow] = useState(wholeSecond);
  const [held, hold] = useState(false);
  const refresh = useCallback(() => setNow(wholeSecond()), []);
  const wanted = needsShifts(choice);
  const { data, isPending } = useQuery({ ...currentShiftQuery(shiftMoment(choice) ?? undefined), enabled: wanted });
  const shifts = useMemo(() => (wanted && data !== undefined ? spansOf(data) : null), [wanted, data]);
  const window = useMemo(() => windowOf(choice, now, zone, shifts), [choice, now, zone, shifts]);
  const length = window.to - window.from;
  const moves = window.live && !held;

  // A new choice is made at a new moment, and nobody holds it yet.
  useEffect(() => {
    hold(false);
    refresh();
  }, [choice, refresh]);

  useEffect(() => {
    if (!moves) return undefined;
    const timer = setInterval(refresh, refreshMs(length));
    return () => clearInterval(timer);
  }, [moves, length > 1.1 * dayMs, refresh]);

  const pending = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(pending.current), []);
  useLiveEvents(
    useCallback(
      (events: readonly LiveEvent[]) => {
        if (machine === null || !moves || length > 1.1 * dayMs || pending.current !== undefined) return;
        const concerns = (event: LiveEvent) =>
          (event.kind === 'state' || event.kind === 'alarm') && event.machine === machine;
        if (!events.some(concerns)) return;
        pending.current = setTimeout(() => {
          pending.current = undefined;
          refresh();
        }, eventPauseMs);
      },
      [moves, length, machine, refresh],
    ),
  );

  const shift = [data?.shift, data?.previous].find((each) => each && wanted && instantOf(each.from) === window.from) ?? null;
  return {
    ...window,
    refresh,
    held: window.live && held,
    hold: (on) => {
      hold(on);
      if (!on) refresh();
    },
    shifts,
    shift,
    known: !wanted || !isPending,
  };
}
