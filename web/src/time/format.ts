// Times and numbers as the shop floor writes them: 24-hour clock, 2024-03-14, a space before a unit.
// Years follow the viewer's choice (era.ts): `2024-03-14` or, counted from 1912, `113-03-14`.

import type { Instant, Ratio, Seconds } from '../api/units';
import { currentEra, type Era } from './era';
import { wallTime } from './zone';

const two = (value: number) => String(value).padStart(2, '0');
const beforeRoc = 1911;

/** `2024-03-14` whatever the viewer prefers: for addresses and the API. */
export function isoDate(at: Instant, zone: string): string {
  const wall = wallTime(at, zone);
  return `${wall.year}-${two(wall.month)}-${two(wall.day)}`;
}

/** `2024-03-14`, or `113-03-14` by the years of the Republic; before those began, the former. */
export function formatDate(at: Instant, zone: string, era: Era = currentEra()): string {
  const wall = wallTime(at, zone);
  const year = era === 'roc' && wall.year > beforeRoc ? wall.year - beforeRoc : wall.year;
  return `${year}-${two(wall.month)}-${two(wall.day)}`;
}

/** A date the API wrote, such as a shift's business date, as the viewer reads dates. */
export function showDate(iso: string, era: Era = currentEra()): string {
  const year = Number(iso.slice(0, 4));
  return era === 'roc' && year > beforeRoc ? `${year - beforeRoc}${iso.slice(4)}` : iso;
}

/** `03-14`: where the year is plain from what stands around it. */
export function formatDay(at: Instant, zone: string): string {
  return isoDate(at, zone).slice(5);
}

/** `03-14 14:05:09` */
export function formatDayTime(at: Instant, zone: string, withSeconds = true): string {
  return `${formatDay(at, zone)} ${formatClock(at, zone, withSeconds)}`;
}

/** `2024 年 3 月 14 日（四）`, `民國 113 年 3 月 14 日（四）`, `Thu, 14 March 2024`, `Thu, 14 March ROC 113` */
export function formatLongDate(at: Instant, zone: string, language: 'zh-TW' | 'en', era: Era = currentEra()): string {
  const { year, month, day } = wallTime(at, zone);
  const roc = era === 'roc' && year > beforeRoc;
  const date = new Date(Date.UTC(year, month - 1, day));
  const say = (options: Intl.DateTimeFormatOptions) => date.toLocaleDateString(language, { ...options, timeZone: 'UTC', calendar: 'gregory' });
  if (language === 'zh-TW')
    return `${roc ? `民國 ${year - beforeRoc}` : year} 年 ${month} 月 ${day} 日（${say({ weekday: 'narrow' })}）`;
  return `${say({ weekday: 'short' })}, ${day} ${say({ month: 'long' })} ${roc ? `ROC ${year - beforeRoc}` : year}`;
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
  return isoDate(at, zone) === today
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

const numbers = new Map<number, Intl.NumberFormat>();

/**
 * `12,345.68`: thousands separators, at most `digits` decimals, no trailing zeros. Both languages of
 * the pages write numbers this way, so one formatter serves them; making one is dear, so it is kept.
 */
export function formatNumber(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return String(value);
  let format = numbers.get(digits);
  if (format === undefined) {
    format = new Intl.NumberFormat('zh-TW', { maximumFractionDigits: digits });
    numbers.set(digits, format);
  }
  return format.format(value);
}

/** `512 kB`, `1.2 GB`: powers of 1000, as disks are sold. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let step = 0;
  let value = bytes;
  while (value >= 999.5 && step < units.length - 1) {
    value /= 1000;
    step += 1;
  }
  return `${formatNumber(value, step === 0 || value >= 100 ? 0 : 1)} ${units[step]}`;
}
