// The windows a page can look at. Relative ones move with the clock; fixed ones stay.

import type { Span } from '../api/queries';
import { instantOf, timestampOf, type Instant } from '../api/units';
import { startOfDay } from './zone';

export const presets = ['today', 'yesterday', '1h', '8h', '24h', '7d', '30d'] as const;
export type Preset = (typeof presets)[number];

export type Choice = { kind: 'preset'; preset: Preset } | { kind: 'custom'; from: Instant; to: Instant };

const hours: Partial<Record<Preset, number>> = { '1h': 1, '8h': 8, '24h': 24, '7d': 168, '30d': 720 };

export interface Window extends Span {
  /** Ends at the present, so new events still belong to it. */
  live: boolean;
}

export function windowOf(choice: Choice, now: Instant, zone: string): Window {
  if (choice.kind === 'custom') {
    const live = choice.from < now && now < choice.to;
    return { from: choice.from, to: live ? now : choice.to, live };
  }
  if (choice.preset === 'today') return { from: startOfDay(now, zone), to: now, live: true };
  if (choice.preset === 'yesterday')
    return { from: startOfDay(now, zone, -1), to: startOfDay(now, zone), live: false };
  const length = (hours[choice.preset] ?? 1) * 3_600_000;
  return { from: (now - length) as Instant, to: now, live: true };
}

/** What stands in the page's address: `{window: 'today'}` or `{from, to}`. */
export interface WindowSearch {
  window?: Preset;
  from?: string;
  to?: string;
}

export function searchOf(choice: Choice): WindowSearch {
  return choice.kind === 'preset'
    ? { window: choice.preset }
    : { from: timestampOf(choice.from), to: timestampOf(choice.to) };
}

/** An address that makes no sense shows today rather than an error. */
export function choiceOf(search: Record<string, unknown>): Choice {
  const { from, to, window } = search;
  if (typeof from === 'string' && typeof to === 'string') {
    const span = { from: instantOf(from), to: instantOf(to) };
    if (span.from < span.to) return { kind: 'custom', ...span };
  }
  const preset = presets.find((name) => name === window);
  return { kind: 'preset', preset: preset ?? 'today' };
}
