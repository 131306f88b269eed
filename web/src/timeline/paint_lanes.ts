// Paints the lanes of states, texts, alarms and parts. What goes where comes from layout.ts; only
// colours and strokes are decided here.

import { ground, statePaint } from '../theme/palette';
import { fontFamily } from '../theme/theme';
import { binsOf, layoutOf, layoutOfSums, spansOf, type Layout } from './layout';
import type { Lane } from './model';
import { statePaints, tones, type Scene } from './scene';
import type { Sums } from './sums';
import { lowerBound, type Track } from './tracks';

/** States between `y` and `y + height`. */
export function paintStates(context: CanvasRenderingContext2D, { boxes, columns }: Layout, y: number, height: number): void {
  const paints = statePaints(context);
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

export function paintTexts(context: CanvasRenderingContext2D, scene: Scene, lane: Lane, track: Track, sums: Sums | null = null): void {
  const colors = ground[scene.scheme];
  const { boxes, columns } = sums === null ? layoutOf(track, scene.view, scene.width) : layoutOfSums(sums, scene.view, scene.width);
  const tone = tones(scene.scheme).text;
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

export function paintAlarms(context: CanvasRenderingContext2D, scene: Scene, lane: Lane): void {
  const { alarms } = scene.model;
  const inView = lowerBound(alarms.from, scene.view.to) - lowerBound(alarms.from, scene.view.from);
  if (inView * alarmPxLeast > scene.width) {
    const counts = binsOf(scene.model.alarmStarts, scene.view, scene.width);
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

export function paintParts(context: CanvasRenderingContext2D, scene: Scene, lane: Lane): void {
  const colors = ground[scene.scheme];
  const bins = binsOf(scene.model.steps, scene.view, scene.width);
  const most = bins.reduce((max, { parts }) => Math.max(max, parts), 1);
  context.fillStyle = tones(scene.scheme).bar;
  for (const { x, width, parts } of bins) {
    const height = Math.max(2, (parts / most) * lane.height);
    context.fillRect(x, lane.y + lane.height - height, width - 1, height);
  }
  context.fillStyle = colors.line;
  context.fillRect(0, lane.y + lane.height, scene.width, 1);
}
