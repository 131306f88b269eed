// Which screens a board turns through. Pure. No screen holds more than eight machines: more can't be
// read from five metres away.

import type { Section } from '../floor/sections';
import type { BoardPageName } from './search';

export const machinesMost = 8;

interface Placed {
  id: string;
  name: string;
  group: string;
}

export interface Screen {
  key: string;
  kind: BoardPageName;
  /** Groups shown, by path. */
  paths: string[];
  machines: string[];
}

/** `items` in pieces of at most `most`, as even as can be: twelve are six and six. */
export function evenly<Item>(items: readonly Item[], most: number): Item[][] {
  const pieces = Math.ceil(items.length / most);
  return Array.from({ length: pieces }, (_, place) =>
    items.slice(Math.ceil((place * items.length) / pieces), Math.ceil(((place + 1) * items.length) / pieces)),
  );
}

/** Groups stay whole where they fit; small neighbours share a screen. */
export function packed(sections: readonly Section<Placed>[]): Pick<Screen, 'paths' | 'machines'>[] {
  const screens: Pick<Screen, 'paths' | 'machines'>[] = [];
  for (const { path, items } of sections)
    for (const piece of evenly(items, machinesMost)) {
      const last = screens.at(-1);
      const ids = piece.map(({ id }) => id);
      if (last !== undefined && last.machines.length + ids.length <= machinesMost) {
        if (!last.paths.includes(path)) last.paths.push(path);
        last.machines.push(...ids);
      } else screens.push({ paths: [path], machines: ids });
    }
  return screens;
}

export function screensOf(pages: readonly BoardPageName[], sections: readonly Section<Placed>[], alarms: number): Screen[] {
  const machines = packed(sections);
  const screens = pages.flatMap((kind): Screen[] => {
    if (kind === 'floor' || kind === 'shift') return machines.map((screen, place) => ({ ...screen, kind, key: `${kind} ${place}` }));
    // A page that only says "no alarms" is not worth a turn, unless nothing else is shown.
    if (kind === 'alarms' && alarms === 0 && pages.length > 1) return [];
    return [{ key: kind, kind, paths: [], machines: [] }];
  });
  return screens.length > 0 ? screens : [{ key: 'alarms', kind: 'alarms', paths: [], machines: [] }];
}

/** Screens come and go with machines and alarms: the one that stood stays, or its place does. */
export function placeOf(screens: readonly Screen[], key: string | null, before: number): number {
  const place = screens.findIndex((screen) => screen.key === key);
  return place >= 0 ? place : Math.min(before, screens.length - 1);
}

export const turned = (place: number, by: number, count: number): number => (((place + by) % count) + count) % count;
