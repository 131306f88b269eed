// Draws a timeline on a canvas, lane by lane.

import { ground } from '../theme/palette';
import { fontFamily } from '../theme/theme';
import { layoutOf, layoutOfSums } from './layout';
import { paintIncidents } from './paint_incidents';
import { paintAlarms, paintParts, paintStates, paintTexts } from './paint_lanes';
import { paintSignal } from './paint_signals';
import { tones, type Scene } from './scene';
import { ticksOf } from './ticks';
import type { Track } from './tracks';
import { xOf, type View } from './view';

/** A track of states between `y` and `y + height`; other pages draw their bars with it, too. */
export function paintStateTrack(context: CanvasRenderingContext2D, track: Track, view: View, width: number, y: number, height: number): void {
  paintStates(context, layoutOf(track, view, width), y, height);
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
  context.clearRect(0, 0, scene.width, scene.height);
  context.fillStyle = tones(scene.scheme).track;
  for (const lane of scene.lanes) context.fillRect(0, lane.y, scene.width, lane.height);
  paintAxis(context, scene);
  for (const lane of scene.lanes) {
    if (lane.name === 'state') paintStates(context, layoutOfSums(scene.model.sums, scene.view, scene.width), lane.y, lane.height);
    else if (lane.name === 'alarms') paintAlarms(context, scene, lane);
    else if (lane.name === 'parts') paintParts(context, scene, lane);
    else if (lane.name === 'incidents') paintIncidents(context, scene, lane);
    else if (lane.signal !== undefined) paintSignal(context, scene, lane, lane.signal);
    else {
      const text = scene.model.texts.find(({ name }) => name === lane.name);
      if (text !== undefined) paintTexts(context, scene, lane, text.track, text.sums);
    }
  }
  if (scene.pinned !== null) {
    context.fillStyle = ground[scene.scheme].text;
    context.fillRect(Math.round(scene.pinned) - 1, scene.axis - 5, 2, scene.height);
  }
}
