// Looks once a night whether the board should load itself anew.

import { useEffect } from 'react';
import { instant } from '../../api/units';
import { serverNow } from '../../state/clock';
import { isoDate } from '../../time/format';
import { wallTime } from '../../time/zone';
import { entryOf, reloadHour, shouldReload } from './nightly';

const lookEveryMs = 60_000;
const settledMs = 600_000;

const heapNow = (): number | null =>
  (performance as { memory?: { usedJSHeapSize: number } }).memory?.usedJSHeapSize ?? null;

async function servedEntry(): Promise<string | null> {
  try {
    const response = await fetch('/', { cache: 'no-store' });
    return response.ok ? entryOf(await response.text()) : null;
  } catch {
    return null; // The box is away: tried again in a minute.
  }
}

export function useNightlyReload(zone: string): void {
  useEffect(() => {
    const running = entryOf(document.documentElement.outerHTML);
    let heapAtStart: number | null = null;
    let lookedAt = isoDate(serverNow(), zone); // Not in the night it was started in.
    const settle = setTimeout(() => (heapAtStart = heapNow()), settledMs);
    const look = setInterval(async () => {
      const now = serverNow();
      const day = isoDate(instant(now), zone);
      if (wallTime(now, zone).hour !== reloadHour || day === lookedAt) return;
      const served = await servedEntry();
      if (served === null) return;
      lookedAt = day;
      if (shouldReload({ running, served, heap: heapNow(), heapAtStart })) location.reload();
    }, lookEveryMs);
    return () => {
      clearTimeout(settle);
      clearInterval(look);
    };
  }, [zone]);
}
