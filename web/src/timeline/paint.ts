// Draws a timeline on a canvas. What to draw where comes from layout.ts; only colours and strokes
// are decided here.

import { ground, statePaint, stripePaint } from '../theme/palette';
import { fontFamily } from '../theme/theme';
import { machineStates } from '../state/states';
import { binsOf, layoutOf, spansOf } from './layout';
import type { Lane, TimelineModel } from './model';
import { ticksOf } from './ticks';
import { lowerBound, type Track } from './tracks';
import { xOf, type View } from './view';

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
  /** Where the pointer is, in pixels; null when it is elsewhere. */
  cursor: number | null;
  labelPx: number;
}

type Paint = string | CanvasPattern;

const patterns = new Map<string, CanvasPattern>();

function stripes(context: CanvasRenderingContext2D, a: string, b: string): Paint {
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

function statePaints(context: CanvasRenderingContext2D): Paint[] {
  return machineStates.map((state) =>
    state === 'offline' || state === 'estop'
      ? stripes(context, statePaint[state].fill, stripePaint[state])
      : statePaint[state].fill,
  );
}

/** A track of states between `y` and `y + height`; other pages draw their bars with it, too. */
export function paintStateTrack(context: CanvasRenderingContext2D, track: Track, view: View, width: number, y: number, height: number): void {
  const paints = statePaints(context);
  const { boxes, columns } = layoutOf(track, view, width);
  for (const box of boxes) {
    context.fillStyle = paints[box.kind] ?? 'transparent';
    context.fillRect(box.x, y, box.width, height);
  }
  for (const { x, shares } of columns) {
    let bottom = y + height;
    for (const [kind, share] of shares) {
      context.fillStyle = paints[kind] ?? 'transparent';
      context.fillRect(x, bottom - share * height, 1, share * height);
      bottom -= share * height;
    }
  }
}

function paintTexts(context: CanvasRenderingContext2D, scene: Scene, lane: Lane, track: Track): void {
  const colors = ground[scene.scheme];
  const { boxes, columns } = layoutOf(track, scene.view, scene.width);
  const tone = scene.scheme === 'light' ? ['#dfe5ee', '#cdd6e3'] : ['#2c3743', '#3a4756'];
  for (const { x, width, kind } of boxes) {
    context.fillStyle = tone[kind % 2] ?? colors.line;
    context.fillRect(x, lane.y, Math.max(1, width - 1), lane.height);
  }
  // Texts too short to be told apart: only that there was one.
  context.fillStyle = tone[1] ?? colors.line;
  for (const { x, shares } of columns)
    if (shares.reduce((sum, [, share]) => sum + share, 0) > 0.5) context.fillRect(x, lane.y, 1, lane.height);
  context.font = `${13 * scene.scale}px ${fontFamily}`;
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  context.fillStyle = colors.text;
  for (const { x, width, kind } of boxes) {
    if (width < 30 * scene.scale) continue;
    context.save();
    context.beginPath();
    context.rect(x, lane.y, width - 4, lane.height);
    context.clip();
    context.fillText(track.texts[kind] ?? '', x + 5, lane.y + lane.height / 2 + 1);
    context.restore();
  }
}

/** With more alarms than can be told apart, how many began is shown instead of when each stood. */
const alarmPxLeast = 8;

function paintAlarms(context: CanvasRenderingContext2D, scene: Scene, lane: Lane): void {
  const { alarms } = scene.model;
  const inView = lowerBound(alarms.from, scene.view.to) - lowerBound(alarms.from, scene.view.from);
  if (inView * alarmPxLeast > scene.width) {
    const counts = binsOf({ at: alarms.from, parts: new Float64Array(alarms.from.length).fill(1) }, scene.view, scene.width);
    const most = counts.reduce((max, { parts }) => Math.max(max, parts), 1);
    context.fillStyle = statePaint.alarm.fill;
    for (const { x, width, parts } of counts) {
      const height = Math.max(3, (parts / most) * lane.height);
      context.fillRect(x, lane.y + lane.height - height, width - 1, height);
    }
    return;
  }
  for (const { x, width, kind } of spansOf(scene.model.alarms, scene.view, scene.width)) {
    context.fillStyle = kind === 1 ? statePaint.alarm.fill : statePaint.idle.fill;
    // A warning is lower as well as yellow.
    const height = kind === 1 ? lane.height : lane.height / 2;
    context.fillRect(x, lane.y + lane.height - height, width, height);
  }
}

function paintParts(context: CanvasRenderingContext2D, scene: Scene, lane: Lane): void {
  const colors = ground[scene.scheme];
  const bins = binsOf(scene.model.steps, scene.view, scene.width);
  const most = bins.reduce((max, { parts }) => Math.max(max, parts), 1);
  context.fillStyle = scene.scheme === 'light' ? '#3d4f66' : '#a9bdd6';
  for (const { x, width, parts } of bins) {
    const height = Math.max(2, (parts / most) * lane.height);
    context.fillRect(x, lane.y + lane.height - height, width - 1, height);
  }
  context.fillStyle = colors.line;
  context.fillRect(0, lane.y + lane.height, scene.width, 1);
}

function paintAxis(context: CanvasRenderingContext2D, scene: Scene): void {
  const colors = ground[scene.scheme];
  context.font = `${12.5 * scene.scale}px ${fontFamily}`;
  context.textBaseline = 'middle';
  context.textAlign = 'center';
  for (const { at, label, major } of ticksOf(scene.view, scene.width, scene.zone, scene.labelPx)) {
    const x = Math.round(xOf(at, scene.view, scene.width));
    context.fillStyle = major ? colors.dim : colors.line;
    context.fillRect(x, scene.axis - 5, 1, scene.height);
    const half = context.measureText(label).width / 2;
    const middle = Math.min(Math.max(x, half), scene.width - half);
    context.fillStyle = major ? colors.text : colors.dim;
    context.fillText(label, middle, (scene.axis - 6) / 2);
  }
}

export function paint(context: CanvasRenderingContext2D, scene: Scene): void {
  const colors = ground[scene.scheme];
  context.clearRect(0, 0, scene.width, scene.height);
  const track = scene.scheme === 'light' ? '#f0f2f6' : '#141a21';
  for (const lane of scene.lanes) {
    context.fillStyle = track;
    context.fillRect(0, lane.y, scene.width, lane.height);
  }
  paintAxis(context, scene);
  for (const lane of scene.lanes) {
    if (lane.name === 'state') paintStateTrack(context, scene.model.states, scene.view, scene.width, lane.y, lane.height);
    else if (lane.name === 'alarms') paintAlarms(context, scene, lane);
    else if (lane.name === 'parts') paintParts(context, scene, lane);
    else {
      const text = scene.model.texts.find(({ name }) => name === lane.name);
      if (text !== undefined) paintTexts(context, scene, lane, text.track);
    }
  }
  if (scene.cursor !== null) {
    context.fillStyle = colors.text;
    context.fillRect(Math.round(scene.cursor), scene.axis - 5, 1, scene.height);
  }
}
