// Time in the plant's own zone. Pages never show the browser's zone: two people looking at one
// machine from two places must read the same clock.

import { instant, type Instant } from '../api/units';

export interface WallTime {
  year: number;
  month: number; // 1..12
  day: number;
  hour: number;
  minute: number;
  second: number;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(zone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(zone);
  if (formatter === undefined) {
    const options: Intl.DateTimeFormatOptions = {
      timeZone: zone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    };
    try {
      formatter = new Intl.DateTimeFormat('en-US', options);
    } catch {
      // A zone this browser does not know: UTC is at least not wrong by a guess.
      formatter = new Intl.DateTimeFormat('en-US', { ...options, timeZone: 'UTC' });
    }
    formatters.set(zone, formatter);
  }
  return formatter;
}

export function wallTime(at: Instant, zone: string): WallTime {
  const wall: WallTime = { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0 };
  for (const { type, value } of formatterOf(zone).formatToParts(at))
    if (type in wall) wall[type as keyof WallTime] = Number(value);
  return wall;
}

const asUtc = (wall: WallTime): number =>
  Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second);

/** Offset of the zone from UTC at an instant, in milliseconds; east is positive. */
export function offsetMs(at: Instant, zone: string): number {
  return asUtc(wallTime(at, zone)) - Math.floor(at / 1000) * 1000;
}

/**
 * The instant a wall clock in `zone` shows `wall`. In spring, a time that does not exist moves
 * forward by the gap; in autumn, of two instants the first is taken.
 */
export function instantOfWall(wall: WallTime, zone: string): Instant {
  const naive = asUtc(wall);
  const day = 86_400_000;
  const before = naive - offsetMs(instant(naive - day), zone);
  const after = naive - offsetMs(instant(naive + day), zone);
  const fits = (at: number) => asUtc(wallTime(instant(at), zone)) === naive;
  if (fits(before)) return instant(before);
  if (fits(after)) return instant(after);
  return instant(before);
}

/** The first instant of a day of the plant, `days` after the one that holds `at`. */
export function startOfDay(at: Instant, zone: string, days = 0): Instant {
  const wall = wallTime(at, zone);
  const shifted = new Date(Date.UTC(wall.year, wall.month - 1, wall.day + days));
  return instantOfWall(
    {
      year: shifted.getUTCFullYear(),
      month: shifted.getUTCMonth() + 1,
      day: shifted.getUTCDate(),
      hour: 0,
      minute: 0,
      second: 0,
    },
    zone,
  );
}

const written = /^(\d{1,4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?$/;

/**
 * Reads `2024-03-14 08:05`, or by the years of the Republic `113-03-14 08:05`, as a time of the plant;
 * null when it is no such time.
 */
export function parseWall(text: string, zone: string): Instant | null {
  const match = written.exec(text.trim());
  if (match === null) return null;
  const [year, month, day, hour, minute, second] = match.slice(1).map((part) => Number(part ?? 0));
  if (year === undefined || year === 0) return null;
  const wall = { year: year < 1000 ? year + 1911 : year, month, day, hour, minute, second } as WallTime;
  const real = new Date(asUtc(wall));
  const same =
    real.getUTCFullYear() === wall.year &&
    real.getUTCMonth() + 1 === wall.month &&
    real.getUTCDate() === wall.day &&
    real.getUTCHours() === wall.hour &&
    real.getUTCMinutes() === wall.minute &&
    real.getUTCSeconds() === wall.second;
  return same ? instantOfWall(wall, zone) : null;
}
