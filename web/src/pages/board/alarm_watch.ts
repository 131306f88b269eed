// Which alarms are new to a board. It stops on them until a person acknowledges them, they end, or
// everybody has had time to see them. Pure.

import type { Alarm } from '../../api/alarms';

export interface AlarmWatch {
  /** Null before the first answer: what stood then is not new. */
  seen: ReadonlySet<string> | null;
  /** New ones, and when the board first had them, in milliseconds. */
  fresh: ReadonlyMap<string, number>;
}

export const freshMsMost = 180_000;

export const nothingSeen: AlarmWatch = { seen: null, fresh: new Map() };

export const isCritical = ({ level, severity }: Alarm): boolean =>
  level !== 'warning' || severity?.toLowerCase() === 'critical';

/** Keeps only what still stands, so that it can't grow. */
export function watched(watch: AlarmWatch, alarms: readonly Alarm[], now: number): AlarmWatch {
  const fresh = new Map<string, number>();
  for (const alarm of alarms) {
    if (alarm.ack !== null || !isCritical(alarm)) continue;
    const since = watch.fresh.get(alarm.id) ?? (watch.seen !== null && !watch.seen.has(alarm.id) ? now : undefined);
    if (since !== undefined && now - since < freshMsMost) fresh.set(alarm.id, since);
  }
  return { seen: new Set(alarms.map(({ id }) => id)), fresh };
}

/** A person turned the page: they have seen them. */
export const released = (watch: AlarmWatch): AlarmWatch => ({ ...watch, fresh: new Map() });

/** New ones first, then critical ones, then the latest. */
export function inOrderOfUrgency(alarms: readonly Alarm[], fresh: ReadonlyMap<string, number>): Alarm[] {
  const rank = (alarm: Alarm) => (fresh.has(alarm.id) ? 0 : isCritical(alarm) ? (alarm.ack === null ? 1 : 2) : 3);
  return [...alarms].sort((a, b) => rank(a) - rank(b) || Date.parse(b.from) - Date.parse(a.from));
}
