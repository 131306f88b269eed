// What part of the window is looked at, and how moving and zooming change it. Pure; milliseconds.

import { instant, type Instant } from '../api/units';

export interface View {
  from: Instant;
  to: Instant;
}

/** Closer than this there is nothing to see: times are kept to the millisecond. */
const spanMsMin = 2000;

const make = (from: number, to: number): View => ({ from: instant(from), to: instant(to) });

/** `view` pushed back inside `bounds`, keeping its length where it fits. */
export function clamped(view: View, bounds: View): View {
  const span = Math.min(view.to - view.from, bounds.to - bounds.from);
  const from = Math.min(Math.max(view.from, bounds.from), bounds.to - span);
  return make(from, from + span);
}

/** Shows `factor` times as much; the instant `at` stays under the pointer. */
export function zoomed(view: View, factor: number, at: Instant, bounds: View): View {
  const whole = bounds.to - bounds.from;
  const span = Math.min(Math.max((view.to - view.from) * factor, Math.min(spanMsMin, whole)), whole);
  const share = view.to > view.from ? (at - view.from) / (view.to - view.from) : 0.5;
  const from = at - span * share;
  return clamped(make(from, from + span), bounds);
}

export function panned(view: View, byMs: number, bounds: View): View {
  return clamped(make(view.from + byMs, view.to + byMs), bounds);
}

export const xOf = (at: number, view: View, width: number): number =>
  ((at - view.from) / Math.max(1, view.to - view.from)) * width;

export const timeAt = (x: number, view: View, width: number): Instant =>
  instant(view.from + (x / Math.max(1, width)) * (view.to - view.from));

/**
 * The view after the window moved on, from `before` to `after`: who saw all of it still does; who
 * watched its end goes with it; who looked at some moment keeps that moment.
 */
export function followed(view: View, before: View, after: View): View {
  if (view.from <= before.from && view.to >= before.to) return { ...after };
  if (view.to >= before.to) return panned(view, after.to - view.to, after);
  return clamped(view, after);
}
