// A colour as eyes without one kind of cone see it, and how far two colours are apart. For the test of
// the palette and for the gallery.

type Rgb = readonly [number, number, number];
type Matrix = readonly [Rgb, Rgb, Rgb];

/** Full loss of one cone, on linear RGB. Source: Machado, Oliveira, Fernandes 2009, table 1. */
export const visions = {
  normal: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  tritanopia: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
} as const satisfies Record<string, Matrix>;
export type Vision = keyof typeof visions;
export const visionNames = Object.keys(visions) as Vision[];

const linear = (value: number) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
const encoded = (share: number) => Math.round(255 * (share <= 0.0031308 ? 12.92 * share : 1.055 * share ** (1 / 2.4) - 0.055));

function seenLinear(hex: string, vision: Vision): Rgb {
  const number = Number.parseInt(hex.slice(1), 16);
  const rgb = [number >> 16, (number >> 8) & 255, number & 255].map(linear) as unknown as Rgb;
  return visions[vision].map((row) => Math.min(1, Math.max(0, row[0] * rgb[0] + row[1] * rgb[1] + row[2] * rgb[2]))) as unknown as Rgb;
}

/** The `#rrggbb` that shows other eyes what these see. */
export const seenAs = (hex: string, vision: Vision): string =>
  `#${seenLinear(hex, vision).map((share) => encoded(share).toString(16).padStart(2, '0')).join('')}`;

function lab([r, g, b]: Rgb): Rgb {
  const bend = (t: number) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const x = bend((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047);
  const y = bend(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = bend((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** Distance of two colours to the eye (CIE 1976); 2 is just seen side by side, 10 at a glance. */
export function distance(a: string, b: string, vision: Vision = 'normal'): number {
  const [one, other] = [lab(seenLinear(a, vision)), lab(seenLinear(b, vision))];
  return Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2]);
}
