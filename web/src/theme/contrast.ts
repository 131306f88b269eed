// More contrast, for a screen in the sun or for eyes that want it: grounds go to white or black, lines
// and small text get darker, borders thicker. By the system's wish (prefers-contrast) or by choice.

import { useSyncExternalStore } from 'react';
import { machineStates } from '../state/states';
import { strongGround, strongInk, strongLight } from './palette';

export const contrasts = ['auto', 'more'] as const;
export type Contrast = (typeof contrasts)[number];

const storageKey = 'spindle.contrast';
const listeners = new Set<() => void>();

export function currentContrast(): Contrast {
  return document.documentElement.dataset['contrast'] === 'more' ? 'more' : 'auto';
}

function show(contrast: Contrast): void {
  if (contrast === 'more') document.documentElement.dataset['contrast'] = 'more';
  else delete document.documentElement.dataset['contrast'];
}

/** Before the first paint. */
export function startContrast(): void {
  try {
    show(localStorage.getItem(storageKey) === 'more' ? 'more' : 'auto');
  } catch {
    // A browser may forbid storage: the system's wish holds.
  }
}

export function chooseContrast(contrast: Contrast): void {
  show(contrast);
  try {
    localStorage.setItem(storageKey, contrast);
  } catch {
    // Not remembered then.
  }
  for (const each of listeners) each();
}

export function useContrast(): Contrast {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, currentContrast);
}

type Scheme = 'light' | 'dark';

function variables(scheme: Scheme): string {
  const { page, card, text, dim, line } = strongGround[scheme];
  const own = { page, card, text, dim, line };
  const mantine = { body: page, text, dimmed: dim, default: card, 'default-border': line, placeholder: dim };
  return [
    ...Object.entries(own).map(([name, color]) => `--${name}:${color}`),
    ...Object.entries(mantine).map(([name, color]) => `--mantine-color-${name}:${color}`),
    ...machineStates.map((state) => `--ink-${state}:${strongInk(state, scheme)}`),
    ...Object.entries(strongLight).map(([light, paint]) => `--light-${light}:${paint[scheme]}`),
    '--edge:2px',
  ].join(';');
}

const rule = (root: string, scheme: Scheme) => `${root}[data-mantine-color-scheme='${scheme}']{${variables(scheme)}}`;

/** Goes into the page once; `:root:root` outweighs what the theme sets. */
export function contrastCss(): string {
  const of = (root: string) => rule(root, 'light') + rule(root, 'dark');
  return `${of(":root:root[data-contrast='more']")}@media (prefers-contrast: more){${of(':root:root')}}`;
}
