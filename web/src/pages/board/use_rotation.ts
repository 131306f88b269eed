// Turns the screens: by the clock, by the keys, and to the alarms when a new one comes.

import { useCallback, useEffect, useRef, useState } from 'react';
import { placeOf, turned, type Screen } from './rotation';

interface Rotation {
  screen: Screen;
  place: number;
  paused: boolean;
  setPaused: (paused: boolean) => void;
  turn: (by: number) => void;
}

/** `held`: the screen to stop on, whatever the clock says. */
export function useRotation(screens: Screen[], turnSeconds: number, held: Screen | null, onTurn: () => void): Rotation {
  const [at, setAt] = useState<{ key: string | null; place: number }>({ key: null, place: 0 });
  const [paused, setPaused] = useState(false);
  const place = placeOf(screens, at.key, at.place);
  const latest = useRef({ screens, place });
  latest.current = { screens, place };

  const go = useCallback((by: number) => {
    const { screens: now, place: from } = latest.current;
    const to = turned(from, by, now.length);
    setAt({ key: now[to]?.key ?? null, place: to });
  }, []);
  const turn = useCallback(
    (by: number) => {
      onTurn();
      go(by);
    },
    [go, onTurn],
  );

  const stands = paused || held !== null;
  useEffect(() => {
    if (stands) return undefined;
    const timer = setInterval(() => go(1), turnSeconds * 1000);
    return () => clearInterval(timer);
    // A page turned by hand stands its full time.
  }, [stands, turnSeconds, at.key, go]);

  return { screen: held ?? screens[place]!, place, paused, setPaused, turn };
}
