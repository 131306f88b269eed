// Which time is asked for when a part of a window is looked at. Asking for exactly that part would
// ask anew at every movement; a tile is a little larger and starts at fixed times, so that moving
// about inside it asks for nothing, and each zoom is as fine as its picture.

import { instant } from '../api/units';
import type { View } from './view';

const secondMs = 1000;

/** Tiles of one length start this often within it. */
const startsPerLength = 8;

/**
 * A piece of `bounds` that holds `view`, at most a little over twice as long. A view that has not
 * followed its window yet lies outside; then the whole window is what will be looked at.
 */
export function tileOf(wanted: View, bounds: View): View {
  const view = wanted.to > bounds.from && wanted.from < bounds.to ? wanted : bounds;
  const span = Math.max(secondMs, view.to - view.from);
  let length = secondMs;
  while (length * (1 - 1 / startsPerLength) < span) length *= 2;
  const step = length / startsPerLength;
  const from = Math.floor(view.from / step) * step;
  return { from: instant(Math.max(bounds.from, from)), to: instant(Math.min(bounds.to, from + length)) };
}

/**
 * Into how many slices a tile is cut on a screen of this width: a little less than one a pixel when the
 * whole tile is in view. With more, a line of something that swings becomes a blot.
 */
export function slicesPerTile(screenPx: number): number {
  if (screenPx < 600) return 240;
  if (screenPx < 1000) return 500;
  return screenPx < 1600 ? 800 : 1100;
}
