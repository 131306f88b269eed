// Paints the lane of incidents: a sign each, told apart by shape as well as colour, with a number
// where several share a place.

import { ground, lightPaint } from '../theme/palette';
import { fontFamily } from '../theme/theme';
import { marksOf, type IncidentKind } from './incidents';
import type { Lane } from './model';
import type { Scene } from './scene';

const toneOf: Record<IncidentKind, keyof typeof lightPaint> = {
  link_down: 'down',
  gap: 'unknown',
  clock_step: 'warn',
  suspect_step: 'warn',
  counter_reset: 'warn',
  link_up: 'ok',
};

/** On a field of 12 × 12 about its middle; the page's legend draws the same paths. */
export const incidentPaths: Record<IncidentKind, string> = {
  link_down: 'M-4-4 4 4M4-4-4 4',
  link_up: 'M-4 0-1 3 4-4',
  gap: 'M-5-4V4M5-4V4M-2 0H2',
  clock_step: 'M0-5A5 5 0 1 1 0 5A5 5 0 1 1 0-5M0-3V0H3',
  suspect_step: 'M0-5.5 6 5H-6ZM0-1.5V1.5M0 3.4V3.6',
  counter_reset: 'M4-3A5 5 0 1 0 5 1M4.6-5V-2H1.6',
};

export const incidentTone = (kind: IncidentKind): string => `var(--light-${toneOf[kind]})`;

export function paintIncidents(context: CanvasRenderingContext2D, scene: Scene, lane: Lane): void {
  const middle = lane.y + lane.height / 2;
  const size = scene.scale * 1.15;
  context.font = `600 ${12 * scene.scale}px ${fontFamily}`;
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  for (const { x, kind, count } of marksOf(scene.model.incidents, scene.view, scene.width, 30 * scene.scale)) {
    const color = lightPaint[toneOf[kind]][scene.scheme];
    context.fillStyle = color;
    context.fillRect(Math.round(x), lane.y, 1, lane.height);
    context.save();
    const room = 9 * scene.scale;
    context.translate(Math.min(x + room, scene.width - room), middle);
    context.scale(size, size);
    context.strokeStyle = color;
    context.lineWidth = 1.7;
    context.lineCap = context.lineJoin = 'round';
    context.stroke(new Path2D(incidentPaths[kind]));
    context.restore();
    if (count > 1) {
      context.fillStyle = ground[scene.scheme].text;
      context.fillText(count > 99 ? '99+' : String(count), x + 17 * scene.scale, middle + 1);
    }
  }
}
