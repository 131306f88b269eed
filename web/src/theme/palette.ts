// The one place that knows what colour a state has: tiles, timeline, legend, icons.
// `fill` is the andon colour; `on` is what is readable on it; `ink` is the state's word on the
// page's own ground, light and dark. Contrast of each pair is held by palette.test.ts.
// Colour never speaks alone: an icon and a word go with it.

import type { MachineState } from '../state/states';

export interface StatePaint {
  fill: string;
  on: string;
  inkLight: string;
  inkDark: string;
  /** Drawn with diagonal stripes as well: unknown, or an emergency stop. */
  stripes: boolean;
}

const black = '#0b0f14';
const white = '#ffffff';

export const statePaint: Record<MachineState, StatePaint> = {
  run: { fill: '#2e9e5b', on: black, inkLight: '#17683a', inkDark: '#5ed492', stripes: false },
  idle: { fill: '#e0a100', on: black, inkLight: '#7a5600', inkDark: '#f2bf3d', stripes: false },
  wait: { fill: '#efc24a', on: black, inkLight: '#7a5600', inkDark: '#f6d479', stripes: false },
  hold: { fill: '#d9822b', on: black, inkLight: '#8f4a06', inkDark: '#f0a45a', stripes: false },
  setup: { fill: '#2f7dd1', on: black, inkLight: '#1a5ca3', inkDark: '#77b3f2', stripes: false },
  manual: { fill: '#5aa0e0', on: black, inkLight: '#1a5ca3', inkDark: '#93c6f5', stripes: false },
  warmup: { fill: '#4fc4b2', on: black, inkLight: '#0f655a', inkDark: '#6fd9ca', stripes: false },
  maint: { fill: '#7546a8', on: white, inkLight: '#68419a', inkDark: '#c3a0ec', stripes: false },
  alarm: { fill: '#d43c3c', on: white, inkLight: '#b32424', inkDark: '#ff8f8f', stripes: false },
  estop: { fill: '#b3202a', on: white, inkLight: '#a0151f', inkDark: '#ff8f8f', stripes: true },
  power_off: { fill: '#6b7280', on: white, inkLight: '#4b5563', inkDark: '#b4bcc8', stripes: false },
  offline: { fill: '#9ca3af', on: black, inkLight: '#4b5563', inkDark: '#c3cad4', stripes: true },
};

/** Second colour of the stripes. */
export const stripePaint: Record<'estop' | 'offline', string> = {
  estop: '#d43c3c',
  offline: '#b6bcc6',
};

export const lightPaint = {
  ok: { light: '#1b7d47', dark: '#4cc381' },
  warn: { light: '#946300', dark: '#f2bf3d' },
  down: { light: '#c02a2a', dark: '#ff8080' },
  unknown: { light: '#5b6472', dark: '#a3adba' },
} as const;

/** The grounds text stands on; pages take them from the CSS variables of the same value. */
export const ground = {
  light: { page: '#f2f4f7', card: '#ffffff', text: '#141a21', dim: '#515c69', line: '#d5dbe3', here: '#e4e9fb', hereInk: '#2c3f9c' },
  dark: { page: '#10151b', card: '#1a2129', text: '#edf1f5', dim: '#a7b2bf', line: '#323c48', here: '#27325a', hereInk: '#c3ceff' },
} as const;

/** The same for a screen in the sun, or for eyes that want more contrast. */
export const strongGround = {
  light: { page: '#ffffff', card: '#ffffff', text: '#000000', dim: '#2b333d', line: '#5b6472' },
  dark: { page: '#000000', card: '#0b0f14', text: '#ffffff', dim: '#d8dee6', line: '#9aa5b1' },
} as const;

export const strongLight = {
  ok: { light: '#0d5a30', dark: '#7fe3ab' },
  warn: { light: '#6b4700', dark: '#ffd666' },
  down: { light: '#9a1414', dark: '#ffb0b0' },
  unknown: { light: '#3d4652', dark: '#cfd6de' },
} as const;

/** A state's ink, a third of the way to black or white. */
export function strongInk(state: MachineState, scheme: 'light' | 'dark'): string {
  const { inkLight, inkDark } = statePaint[state];
  const from = Number.parseInt((scheme === 'light' ? inkLight : inkDark).slice(1), 16);
  const to = scheme === 'light' ? 0 : 255;
  const mixed = [16, 8, 0].map((shift) => Math.round((((from >> shift) & 255) * 2 + to) / 3));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

function channel(value: number): number {
  const share = value / 255;
  return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

function luminance(hex: string): number {
  const rgb = Number.parseInt(hex.slice(1), 16);
  return 0.2126 * channel(rgb >> 16) + 0.7152 * channel((rgb >> 8) & 255) + 0.0722 * channel(rgb & 255);
}

/** Contrast ratio of two `#rrggbb` colours, 1..21. Source: WCAG 2.1, 1.4.3. */
export function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}
