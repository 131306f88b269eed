// Draws the icons of the installed app into public/icons: node scripts/icons.mjs. The sign is a spindle
// with its tool and part, three strokes on a shaft; maskable ones leave a margin for round corners.

import { mkdirSync, writeFileSync } from 'node:fs';
import { PNG } from 'pngjs';

const ground = [0x12, 0x18, 0x1f];
const stroke = [0x49, 0xc5, 0x83];
// On a field of 32, as in index.html and the header.
const lines = [[16, 5, 16, 27], [9, 11, 23, 11], [11, 16, 21, 16], [13, 21, 19, 21]];
const half = 1.5;

function toLine(x, y, [x0, y0, x1, y1]) {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const t = Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy)));
  return Math.hypot(x - x0 - t * dx, y - y0 - t * dy);
}

/** Distance to a square of 32 with round corners; inside is below 0. */
function toSquare(x, y, corner) {
  const [qx, qy] = [Math.abs(x - 16) - 16 + corner, Math.abs(y - 16) - 16 + corner];
  return Math.hypot(Math.max(qx, 0), Math.max(qy, 0)) + Math.min(Math.max(qx, qy), 0) - corner;
}

const cover = (distance, pixel) => Math.min(1, Math.max(0, 0.5 - distance / pixel));

function draw(size, { corner, scale }) {
  const png = new PNG({ width: size, height: size });
  const pixel = 32 / size;
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      const [x, y] = [(column + 0.5) * pixel, (row + 0.5) * pixel];
      const [sx, sy] = [16 + (x - 16) / scale, 16 + (y - 16) / scale];
      const ink = cover((Math.min(...lines.map((line) => toLine(sx, sy, line))) - half) * scale, pixel);
      const place = 4 * (row * size + column);
      for (let channel = 0; channel < 3; channel++)
        png.data[place + channel] = Math.round(ground[channel] * (1 - ink) + stroke[channel] * ink);
      png.data[place + 3] = Math.round(255 * (corner === 0 ? 1 : cover(toSquare(x, y, corner), pixel)));
    }
  return PNG.sync.write(png, { deflateLevel: 9 });
}

const folder = new URL('../public/icons/', import.meta.url);
mkdirSync(folder, { recursive: true });
const round = { corner: 7, scale: 1 };
const full = { corner: 0, scale: 0.78 };
for (const [name, size, look] of [
  ['icon-192.png', 192, round],
  ['icon-512.png', 512, round],
  ['maskable-192.png', 192, full],
  ['maskable-512.png', 512, full],
  ['apple-180.png', 180, full],
])
  writeFileSync(new URL(name, folder), draw(size, look));
