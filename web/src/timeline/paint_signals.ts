// Paints lanes of single signals.

import { lineColor } from '../charts/colors';
import { rangeOf, type Slices } from '../charts/series';
import { ground } from '../theme/palette';
import { fontFamily } from '../theme/theme';
import { formatNumber } from '../time/format';
import { layoutOf } from './layout';
import type { Lane } from './model';
import { paintTexts } from './paint_lanes';
import { stripes, type Scene } from './scene';
import type { SignalLane } from './signal_lanes';
import { lowerBound, type Track } from './tracks';
import { xOf } from './view';

/** On is a full bar, off a line at the bottom, unknown nothing. */
function paintSwitch(context: CanvasRenderingContext2D, scene: Scene, lane: Lane, track: Track): void {
  const { boxes, columns } = layoutOf(track, scene.view, scene.width);
  const bottom = lane.y + lane.height;
  const low = Math.max(2, Math.round(3 * scene.scale));
  context.fillStyle = lineColor(0, scene.scheme);
  for (const { x, width, kind } of boxes) {
    const height = kind === 1 ? lane.height - 4 : low;
    context.fillRect(x, bottom - height, width, height);
  }
  for (const { x, shares } of columns) {
    const on = shares.find(([kind]) => kind === 1)?.[1] ?? 0;
    // Short as it may have been, that it was on has to be seen.
    const height = on > 0 ? Math.max(lane.height * 0.4, on * (lane.height - 4)) : low;
    context.fillRect(x, bottom - height, 1, height);
  }
}

/** As a switch, from the share of each slice that it was on. */
function paintShares(context: CanvasRenderingContext2D, scene: Scene, lane: Lane, { at, sliceMs, avg }: Slices): void {
  const { view, width } = scene;
  const bottom = lane.y + lane.height;
  const low = Math.max(2, Math.round(3 * scene.scale));
  context.fillStyle = lineColor(0, scene.scheme);
  for (let i = Math.max(0, lowerBound(at, view.from) - 1); i < at.length && (at[i] ?? 0) < view.to; ++i) {
    const share = avg[i] ?? NaN;
    if (Number.isNaN(share)) continue;
    const x = xOf(at[i] ?? 0, view, width);
    const height = share > 0 ? Math.max(lane.height * 0.4, share * (lane.height - 4)) : low;
    context.fillRect(x, bottom - height, Math.max(1, xOf((at[i] ?? 0) + sliceMs, view, width) - x), height);
  }
}

/** Behind the point up to which spans are shown lies more: striped, as unknown time is. */
function paintCut(context: CanvasRenderingContext2D, scene: Scene, lane: Lane, cut: number | null): void {
  if (cut === null || cut >= scene.view.to) return;
  const x = Math.max(0, xOf(cut, scene.view, scene.width));
  const colors = ground[scene.scheme];
  context.fillStyle = stripes(context, colors.card, colors.line);
  context.fillRect(x, lane.y, scene.width - x, lane.height);
}

function paintTrend(context: CanvasRenderingContext2D, scene: Scene, lane: Lane, signal: SignalLane & { style: 'trend' }): void {
  const { slices } = signal;
  const { view, width } = scene;
  const range = rangeOf(slices, view.from, view.to) ?? signal.range;
  if (range === null) return;
  const [least, most] = range;
  const inner = lane.height - 6;
  const y = (value: number) => lane.y + lane.height - 3 - (most > least ? (value - least) / (most - least) : 0.5) * inner;
  const color = lineColor(0, scene.scheme);
  const start = Math.max(0, lowerBound(slices.at, view.from) - 1);
  const end = lowerBound(slices.at, view.to);
  context.save();
  context.beginPath();
  context.rect(0, lane.y, width, lane.height);
  context.clip();
  context.fillStyle = color;
  context.globalAlpha = 0.28;
  for (let i = start; i < end; ++i) {
    const top = y(slices.max[i] ?? NaN);
    const bottom = y(slices.min[i] ?? NaN);
    if (Number.isNaN(top)) continue;
    const x = xOf(slices.at[i] ?? 0, view, width);
    context.fillRect(x, top, Math.max(1, xOf((slices.at[i] ?? 0) + slices.sliceMs, view, width) - x), Math.max(1, bottom - top));
  }
  context.globalAlpha = 1;
  context.strokeStyle = color;
  context.lineWidth = 1.4 * scene.scale;
  context.beginPath();
  let drawing = false;
  for (let i = start; i < end; ++i) {
    const value = slices.avg[i] ?? NaN;
    if (Number.isNaN(value)) {
      drawing = false;
      continue;
    }
    const from = xOf(slices.at[i] ?? 0, view, width);
    const to = xOf((slices.at[i] ?? 0) + slices.sliceMs, view, width);
    if (drawing) context.lineTo((from + to) / 2, y(value));
    else context.moveTo(from, y(value));
    const next = slices.avg[i + 1];
    if (next === undefined || Number.isNaN(next)) context.lineTo(to, y(value));
    drawing = true;
  }
  context.stroke();
  context.restore();
  paintScale(context, scene, lane, most, least);
}

/** The greatest and the least value of the view, at the lane's right edge. */
function paintScale(context: CanvasRenderingContext2D, scene: Scene, lane: Lane, most: number, least: number): void {
  const colors = ground[scene.scheme];
  context.font = `${11 * scene.scale}px ${fontFamily}`;
  context.textAlign = 'right';
  context.lineWidth = 3;
  context.strokeStyle = colors.card;
  context.fillStyle = colors.dim;
  const write = (value: number, baseline: CanvasTextBaseline, at: number) => {
    context.textBaseline = baseline;
    context.strokeText(formatNumber(value, 2), scene.width - 3, at);
    context.fillText(formatNumber(value, 2), scene.width - 3, at);
  };
  write(most, 'top', lane.y + 2);
  if (most > least) write(least, 'bottom', lane.y + lane.height - 1);
}

export function paintSignal(context: CanvasRenderingContext2D, scene: Scene, lane: Lane, signal: SignalLane): void {
  if (signal.style === 'trend') {
    paintTrend(context, scene, lane, signal);
    return;
  }
  if (signal.shares !== null) paintShares(context, scene, lane, signal.shares);
  else if (signal.style === 'switch') paintSwitch(context, scene, lane, signal.track);
  else paintTexts(context, scene, lane, signal.track);
  paintCut(context, scene, lane, signal.cut);
}
