// What the palette can reach, and which of it fits what was typed. Pure.

import type { Machine } from '../../api/types';
import type { MachineState } from '../../state/states';
import type { IconName } from '../icons';

export interface Entry {
  id: string;
  kind: 'page' | 'machine' | 'group' | 'display';
  icon?: IconName;
  state?: MachineState;
  name: string;
  /** Found by this as well: an id, a path, the word of another language. */
  also: string;
  /** Said beside the name. */
  more?: string;
  run: () => void;
}

const shownMax = 60;

const plain = (text: string) => text.normalize('NFKC').toLowerCase();

/** 0 is no match. A name that begins with the word beats one that holds it, and that beats the rest. */
function fit(entry: Entry, words: readonly string[]): number {
  const name = plain(entry.name);
  const rest = plain(`${entry.also} ${entry.more ?? ''}`);
  let sum = 0;
  for (const word of words) {
    const score = name.startsWith(word) || rest.startsWith(word) ? 4 : name.includes(word) ? 3 : rest.includes(word) ? 2 : 0;
    if (score === 0) return 0;
    sum += score;
  }
  return sum;
}

/** Every word has to be found; the best fit is first, equals keep their order. */
export function found(entries: readonly Entry[], text: string): Entry[] {
  const words = plain(text).split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) return entries.slice(0, shownMax);
  return entries
    .map((entry) => ({ entry, score: fit(entry, words) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, shownMax)
    .map(({ entry }) => entry);
}

/** `一廠`, `一廠/A線`: every group that holds a machine, and those above it. */
export function groupPaths(machines: readonly Pick<Machine, 'group'>[]): string[] {
  const paths = new Set<string>();
  for (const { group } of machines) {
    const parts = group.split('/').filter((part) => part !== '');
    parts.forEach((_, place) => paths.add(parts.slice(0, place + 1).join('/')));
  }
  return [...paths].sort((a, b) => a.localeCompare(b, 'zh-TW'));
}
