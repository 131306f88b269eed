// Times and numbers as the shop floor writes them: 24-hour clock, 2024-03-14, a space before a unit.

import type { Instant, Ratio, Seconds } from '../api/units';
import { wallTime } from './zone';

const two = (value: number) => String(value).padStart(2, '0');

/** `2024-03-14` */
export function formatDate(at: Instant, zone: string): string {
  const wall = wallTime(at, zone);
  return `${wall.year}-${two(wall.month)}-${two(wall.day)}`;
}

/** `14:05:09`, or `14:05` */
export function formatClock(at: Instant, zone: string, withSeconds = true): string {
  const wall = wallTime(at, zone);
  const clock = `${two(wall.hour)}:${two(wall.minute)}`;
  return withSeconds ? `${clock}:${two(wall.second)}` : clock;
}

/** `2024-03-14 14:05:09` */
export function formatDateTime(at: Instant, zone: string, withSeconds = true): string {
  return `${formatDate(at, zone)} ${formatClock(at, zone, withSeconds)}`;
}

/** The clock alone if `at` is on the plant day `today` (`2024-03-14`), else with its date. */
export function formatMoment(at: Instant, today: string, zone: string, withSeconds = true): string {
  return formatDate(at, zone) === today
    ? formatClock(at, zone, withSeconds)
    : formatDateTime(at, zone, withSeconds);
}

/** `0:05`, `12:05`, `1:02:05`, `49:02:05`: for a duration that ticks. */
export function formatStopwatch(duration: Seconds): string {
  const whole = Math.max(0, Math.floor(duration));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const rest = two(whole % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

export interface DurationWords {
  d: string;
  h: string;
  min: string;
  s: string;
}

/**
 * `45 s`, `12 min 5 s`, `1 h 2 min 5 s`, `2 d 3 h`. Under ten seconds one decimal is kept. From two
 * days on minutes say nothing, unless it has to be `exact`: `51 h 4 min 5 s`.
 */
export function formatDuration(
  duration: Seconds,
  words: DurationWords,
  detail: 'readable' | 'exact' = 'readable',
): string {
  if (duration < 0) return `−${formatDuration(-duration as Seconds, words, detail)}`;
  if (duration > 0 && duration < 9.95 && !Number.isInteger(duration))
    return `${duration.toFixed(1)} ${words.s}`;
  const whole = Math.round(duration);
  const part = (value: number, word: string) => (value > 0 ? [`${value} ${word}`] : []);
  const days = Math.floor(whole / 86400);
  const hours = Math.floor(whole / 3600) % 24;
  const minutes = Math.floor(whole / 60) % 60;
  const rest = whole % 60;
  if (days >= 2 && detail === 'readable') return [...part(days, words.d), ...part(hours, words.h)].join(' ');
  const pieces = [
    ...part(days * 24 + hours, words.h),
    ...part(minutes, words.min),
    ...part(rest, words.s),
  ];
  return pieces.length > 0 ? pieces.join(' ') : `0 ${words.s}`;
}

/** How old something is: only its largest unit, since the rest is noise. */
export function formatAge(age: Seconds, words: DurationWords): string {
  const whole = Math.max(0, Math.floor(age));
  if (whole < 60) return `${whole} ${words.s}`;
  if (whole < 3600) return `${Math.floor(whole / 60)} ${words.min}`;
  if (whole < 172_800) return `${Math.floor(whole / 3600)} ${words.h}`;
  return `${Math.floor(whole / 86400)} ${words.d}`;
}

/** `72.3 %`. Never rounded up to a full 100 %, or down to 0 %, that is not there. */
export function formatPercent(share: Ratio, digits = 1): string {
  const percent = share * 100;
  const step = 10 ** -digits;
  let shown = percent;
  if (percent < 100 && percent > 100 - step) shown = 100 - step;
  if (percent > 0 && percent < step / 2) return `< ${step.toFixed(digits)} %`;
  return `${shown.toFixed(digits)} %`;
}

/** `12,345.68`: thousands separators, at most `digits` decimals, no trailing zeros. */
export function formatNumber(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return String(value);
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}
