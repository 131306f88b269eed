// The screen itself: kept awake, without a pointer while nobody moves it, in the scheme that was asked
// for.

import { useEffect, useState } from 'react';
import type { BoardTheme } from './search';

const idleMs = 5000;

/** The screen of the device stays on, where the browser can hold it. */
export function useWakeLock(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | null = null;
    let over = false;
    const hold = async () => {
      if (document.hidden || !('wakeLock' in navigator)) return;
      try {
        const held = await navigator.wakeLock.request('screen');
        if (over) void held.release();
        else lock = held;
      } catch {
        // Refused, as with a low battery: the board works without.
      }
    };
    const onVisible = () => void hold();
    void hold();
    document.addEventListener('visibilitychange', onVisible);
    return () => {
      over = true;
      document.removeEventListener('visibilitychange', onVisible);
      void lock?.release();
    };
  }, []);
}

/** True for a few seconds after somebody moved, touched or tabbed. */
export function useActivity(): [boolean, (active: boolean) => void] {
  const [active, setActive] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const rest = () => {
      // Somebody is in the middle of choosing something.
      if (document.querySelector('[data-board-panel]')?.matches(':hover, :focus-within')) timer = setTimeout(rest, idleMs);
      else setActive(false);
    };
    const onActive = (event: Event) => {
      if (event instanceof KeyboardEvent && event.key !== 'Tab') return;
      setActive(true);
      clearTimeout(timer);
      timer = setTimeout(rest, idleMs);
    };
    const kinds = ['pointermove', 'pointerdown', 'keydown'] as const;
    for (const kind of kinds) addEventListener(kind, onActive);
    return () => {
      clearTimeout(timer);
      for (const kind of kinds) removeEventListener(kind, onActive);
    };
  }, []);
  return [active, setActive];
}

/** Only this screen, only as long as the board stands: the viewer's own choice is left alone. */
export function useTheme(theme: BoardTheme): void {
  useEffect(() => {
    if (theme === 'auto') return undefined;
    const { documentElement } = document;
    const attribute = 'data-mantine-color-scheme';
    const before = documentElement.getAttribute(attribute);
    documentElement.setAttribute(attribute, theme);
    return () => {
      if (before !== null) documentElement.setAttribute(attribute, before);
    };
  }, [theme]);
}

export function toggleFullScreen(): void {
  if (document.fullscreenElement !== null) void document.exitFullscreen();
  else void document.documentElement.requestFullscreen?.().catch(() => undefined);
}
