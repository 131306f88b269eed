// What is painted: everything a timeline's picture depends on, and the paints its lanes share.

import { machineStates } from '../state/states';
import { statePaint, stripePaint } from '../theme/palette';
import type { Lane, TimelineModel } from './model';
import type { View } from './view';

export interface Scene {
  model: TimelineModel;
  lanes: readonly Lane[];
  view: View;
  width: number;
  height: number;
  /** Height of the axis above the lanes. */
  axis: number;
  /** Letter size over 16 px. */
  scale: number;
  zone: string;
  scheme: 'light' | 'dark';
  /** A moment that was picked, in pixels; null when it is elsewhere. */
  pinned: number | null;
  labelPx: number;
}

export type Paint = string | CanvasPattern;

export const tones = (scheme: Scene['scheme']) =>
  scheme === 'light' ? { track: '#f0f2f6', text: ['#dfe5ee', '#cdd6e3'], bar: '#3d4f66' } : { track: '#141a21', text: ['#2c3743', '#3a4756'], bar: '#a9bdd6' };

const patterns = new Map<string, CanvasPattern>();

export function stripes(context: CanvasRenderingContext2D, a: string, b: string): Paint {
  const key = `${a} ${b}`;
  const known = patterns.get(key);
  if (known !== undefined) return known;
  const size = 12;
  const tile = document.createElement('canvas');
  tile.width = tile.height = size;
  const inner = tile.getContext('2d');
  if (inner === null) return a;
  inner.fillStyle = a;
  inner.fillRect(0, 0, size, size);
  inner.strokeStyle = b;
  inner.lineWidth = 4;
  for (const shift of [-size, 0, size]) {
    inner.beginPath();
    inner.moveTo(shift - 2, size + 2);
    inner.lineTo(shift + size + 2, -2);
    inner.stroke();
  }
  const pattern = context.createPattern(tile, 'repeat');
  if (pattern === null) return a;
  patterns.set(key, pattern);
  return pattern;
}

export function statePaints(context: CanvasRenderingContext2D): Paint[] {
  return machineStates.map((state) =>
    state === 'offline' || state === 'estop'
      ? stripes(context, statePaint[state].fill, stripePaint[state])
      : statePaint[state].fill,
  );
}
