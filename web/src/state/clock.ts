// The box's clock, as far as the page knows it. A phone that is five minutes off must still show
// the true age of a value, so every "now" on a page is the box's.

import { useSyncExternalStore } from 'react';
import { instant, instantOf, type Instant, type Timestamp } from '../api/units';
import { isoDate } from '../time/format';
import { drawSoon, forgetDraw } from './frames';

let offsetMs = 0;
let heardOnce = false;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let tick: Instant = serverNow();

export function serverNow(): Instant {
  return instant(Date.now() + offsetMs);
}

function beat(): void {
  tick = serverNow();
  // Hundreds of ages and stopwatches tick together: not all in one frame.
  for (const each of listeners) drawSoon(each);
}

/** Call with the box's time as soon as an answer that carries it arrives. */
export function heardServerTime(now: Timestamp): void {
  const at = instantOf(now);
  if (Number.isNaN(at)) return;
  const offset = at - Date.now();
  // An answer is always a little old: small differences are its way here, not the clock's.
  if (heardOnce && Math.abs(offset - offsetMs) <= 1500) return;
  heardOnce = true;
  offsetMs = offset;
  beat();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(beat, 1000);
  return () => {
    forgetDraw(listener);
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The box's time, once a second. Use it in small leaves: whoever calls it is drawn every second. */
export function useNow(): Instant {
  return useSyncExternalStore(subscribe, () => tick);
}

/** What is said of the box's time; whoever calls it is drawn only when it says something else. */
export function useTold<T extends string | number | boolean | null>(say: (now: Instant) => T): T {
  return useSyncExternalStore(subscribe, () => say(tick));
}

let dayTick = -1;
let dayZone = '';
let day = '';

/** Today's date at the plant, `2024-03-14`. Unlike useNow, whoever calls it is drawn again only at midnight. */
export function useToday(zone: string): string {
  return useSyncExternalStore(subscribe, () => {
    // Worked out once a second for all that ask.
    if (dayTick !== tick || dayZone !== zone) {
      dayTick = tick;
      dayZone = zone;
      day = isoDate(tick, zone);
    }
    return day;
  });
}
