// The ground behind the bars of a shift: breaks shaded, a line at each hour. Written once as a CSS
// background that all rows share, in shares of the window, so that no row has lines of its own.

import type { Shift } from '../../api/shifts';
import { instantOf } from '../../api/units';
import { ticksOf, type Tick } from '../../timeline/ticks';

export interface Place {
  /** Shares of the window, 0..1. */
  from: number;
  to: number;
}

const shareOf = (at: number, from: number, to: number) => Math.min(1, Math.max(0, (at - from) / Math.max(1, to - from)));

export function breaksOf(shift: Shift): Place[] {
  const [from, to] = [instantOf(shift.from), instantOf(shift.to)];
  return shift.breaks
    .map((each) => ({ from: shareOf(instantOf(each.from), from, to), to: shareOf(instantOf(each.to), from, to) }))
    .filter((each) => each.to > each.from);
}

export interface Mark extends Tick {
  share: number;
}

/** Hours, or every few where they would crowd: at most one for each of `room` labels. */
export function marksOf(shift: Shift, zone: string, room: number): Mark[] {
  const view = { from: instantOf(shift.from), to: instantOf(shift.to) };
  const width = 1000;
  const ticks = ticksOf(view, width, zone, width / Math.max(1, room));
  return ticks.map((tick) => ({ ...tick, share: shareOf(tick.at, view.from, view.to) }));
}

/** A line an hour; in a window of days, no more than a day has hours. */
export const linesOf = (shift: Shift, zone: string): Mark[] =>
  marksOf(shift, zone, Math.min(24, Math.ceil((instantOf(shift.to) - instantOf(shift.from)) / 3_600_000)));

const percent = (share: number) => `${(share * 100).toFixed(3)}%`;

export function groundOf(breaks: readonly Place[], marks: readonly Mark[]): string {
  const layer = (from: string, to: string, color: string) =>
    `linear-gradient(to right, transparent ${from}, ${color} ${from} ${to}, transparent ${to})`;
  const lines = marks.map(({ share }) => layer(percent(share), `calc(${percent(share)} + 1px)`, 'var(--line)'));
  const shades = breaks.map(({ from, to }) => layer(percent(from), percent(to), 'var(--break)'));
  return [...lines, ...shades].join(', ') || 'none';
}
