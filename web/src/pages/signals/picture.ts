// A chart as a picture that can stand alone: with what it shows, of when, and which line is which.

import { fontFamily } from '../../theme/theme';
import { chartGround, lineColor, lineStroke, type Scheme } from '../../charts/colors';
import type { Engine } from '../../charts/engine';
import type { Line } from '../../charts';

const ratio = 2;
const margin = 24;
const lineHeight = 24;

export async function pictureOf(engine: Engine, lines: readonly Line[], title: string, subtitle: string, scheme: Scheme): Promise<Blob | null> {
  const chart = engine.getRenderedCanvas({ pixelRatio: ratio }) as HTMLCanvasElement;
  const colors = chartGround(scheme);
  const head = margin + lineHeight * 2 + lines.length * lineHeight + 12;
  const canvas = document.createElement('canvas');
  canvas.width = chart.width + 2 * margin * ratio;
  canvas.height = chart.height + (head + margin) * ratio;
  const context = canvas.getContext('2d');
  if (context === null) return null;
  context.fillStyle = colors.card;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(chart, margin * ratio, head * ratio);
  context.scale(ratio, ratio);
  context.textBaseline = 'top';
  context.fillStyle = colors.text;
  context.font = `700 17px ${fontFamily}`;
  context.fillText(title, margin, margin);
  context.fillStyle = colors.dim;
  context.font = `14px ${fontFamily}`;
  context.fillText(subtitle, margin, margin + lineHeight);
  lines.forEach((line, place) => {
    const y = margin + lineHeight * (2 + place) + 4;
    const stroke = lineStroke(line.place);
    context.strokeStyle = lineColor(line.place, scheme);
    context.lineWidth = 3;
    context.setLineDash(stroke === 'solid' ? [] : stroke);
    context.beginPath();
    context.moveTo(margin, y + 9);
    context.lineTo(margin + 32, y + 9);
    context.stroke();
    context.fillStyle = colors.text;
    context.fillText(`${line.label} ${line.unit}`, margin + 42, y);
  });
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
}
