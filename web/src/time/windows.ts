// The windows a page can look at. Relative ones move with the clock; fixed ones stay.

import type { Span } from '../api/queries';
import { instant, instantOf, timestampOf, type Instant } from '../api/units';
import { startOfDay } from './zone';

export const presets = ['shift', 'last_shift', 'today', 'yesterday', '1h', '8h', '24h', '7d', '30d'] as const;
export type Preset = (typeof presets)[number];

export type Choice =
  | { kind: 'preset'; preset: Preset }
  /** The shift that holds a moment, or ended last before it. */
  | { kind: 'shift'; at: Instant }
  | { kind: 'custom'; from: Instant; to: Instant };

const hours: Partial<Record<Preset, number>> = { '1h': 1, '8h': 8, '24h': 24, '7d': 168, '30d': 720 };

export interface Window extends Span {
  /** Ends at the present, so new events still belong to it. */
  live: boolean;
}

/** The shifts about a moment, as far as a window needs them. */
export interface ShiftSpans {
  shift: Span | null;
  previous: Span | null;
  next: Span | null;
}

export const needsShifts = (choice: Choice): boolean =>
  choice.kind === 'shift' || (choice.kind === 'preset' && (choice.preset === 'shift' || choice.preset === 'last_shift'));

/** At which moment the shifts have to be known: null is now. */
export const shiftMoment = (choice: Choice): Instant | null => (choice.kind === 'shift' ? choice.at : null);

function upTo(span: Span, now: Instant): Window {
  const live = span.from < now && now < span.to;
  return { from: span.from, to: live ? now : span.to, live };
}

/** Without shifts (there are none, or the box does not tell) the day of the plant stands in. */
export function windowOf(choice: Choice, now: Instant, zone: string, shifts: ShiftSpans | null = null): Window {
  if (choice.kind === 'custom') return upTo(choice, now);
  if (choice.kind === 'shift') {
    const span = shifts?.shift ?? shifts?.previous ?? { from: startOfDay(choice.at, zone), to: startOfDay(choice.at, zone, 1) };
    return upTo(span, now);
  }
  const { preset } = choice;
  if (preset === 'shift' || preset === 'last_shift') {
    // Between two shifts the one that ended is the latest there is.
    const span = preset === 'shift' ? (shifts?.shift ?? shifts?.previous) : shifts?.previous;
    if (span) return upTo(span, now);
  }
  if (preset === 'today' || preset === 'shift') return { from: startOfDay(now, zone), to: now, live: true };
  if (preset === 'yesterday' || preset === 'last_shift')
    return { from: startOfDay(now, zone, -1), to: startOfDay(now, zone), live: false };
  const length = (hours[preset] ?? 1) * 3_600_000;
  return { from: instant(now - length), to: now, live: true };
}

/** What stands in the page's address: `{window: 'today'}`, `{shift: …}` or `{from, to}`. */
export interface WindowSearch {
  window?: Preset;
  shift?: string;
  from?: string;
  to?: string;
}

export function searchOf(choice: Choice): WindowSearch {
  if (choice.kind === 'preset') return { window: choice.preset };
  if (choice.kind === 'shift') return { shift: timestampOf(choice.at) };
  return { from: timestampOf(choice.from), to: timestampOf(choice.to) };
}

// Beyond these a browser's calendar knows no dates.
const sensible = (at: Instant): boolean => at > 0 && at < 4_102_444_800_000;

/** An address that makes no sense shows today, or what a page shows by itself, rather than an error. */
export function choiceOf(search: Record<string, unknown>, fallback: Preset = 'today'): Choice {
  const { from, to, window, shift } = search;
  if (typeof from === 'string' && typeof to === 'string') {
    const span = { from: instantOf(from), to: instantOf(to) };
    if (sensible(span.from) && sensible(span.to) && span.from < span.to) return { kind: 'custom', ...span };
  }
  if (typeof shift === 'string' && sensible(instantOf(shift))) return { kind: 'shift', at: instantOf(shift) };
  const preset = presets.find((name) => name === window);
  return { kind: 'preset', preset: preset ?? fallback };
}

/**
 * The window before (-1) or after (+1): a whole shift for shifts, whole days of the plant for what
 * begins and ends at midnight, else the same length. Null when it would lie in the future.
 */
export function paged(choice: Choice, window: Window, by: -1 | 1, now: Instant, zone: string, shifts: ShiftSpans | null = null): Choice | null {
  if (by === 1 && (window.live || window.to >= now)) return null;
  if (needsShifts(choice) && shifts !== null && (shifts.shift ?? shifts.previous) !== null) {
    if (by === -1) return { kind: 'shift', at: instant(window.from - 1) };
    const after = [shifts.shift, shifts.next].find((span) => span !== null && span.from >= window.to);
    return after && after.from < now ? { kind: 'shift', at: after.from } : null;
  }
  const midnight = (at: Instant) => startOfDay(at, zone) === at;
  const isToday = choice.kind === 'preset' && choice.preset === 'today';
  if (midnight(window.from) && (isToday || midnight(window.to))) {
    const days = isToday ? 1 : Math.max(1, Math.round((window.to - window.from) / 86_400_000));
    const from = startOfDay(window.from, zone, by * days);
    return { kind: 'custom', from, to: startOfDay(from, zone, days) };
  }
  const length = choice.kind === 'custom' ? choice.to - choice.from : window.to - window.from;
  const from = window.from + by * length;
  return { kind: 'custom', from: instant(from), to: instant(from + length) };
}
