// Which machines get which group: a move, or a group's new name with all that is below it.

import { changeMachine, readDefinition } from '../../api/connections';
import type { Machine } from '../../api/types';

export interface GroupMove {
  id: string;
  from: string;
  to: string;
}

/** `一廠/A線` → `一廠 / A線` cleaned; null when a level is empty. */
export function tidyGroup(text: string): string | null {
  const levels = text.split('/').map((level) => level.trim());
  if (levels.length === 1 && levels[0] === '') return '';
  return levels.some((level) => level === '') ? null : levels.join('/');
}

export const movesTo = (machines: readonly Machine[], chosen: ReadonlySet<string>, group: string): GroupMove[] =>
  machines.filter(({ id, group: from }) => chosen.has(id) && from !== group).map(({ id, group: from }) => ({ id, from, to: group }));

export const renames = (machines: readonly Machine[], before: string, after: string): GroupMove[] =>
  before === after
    ? []
    : machines
        .filter(({ group }) => group === before || group.startsWith(`${before}/`))
        .map(({ id, group }) => ({ id, from: group, to: (after + group.slice(before.length)).replace(/^\//, '') }));

export const back = (moves: readonly GroupMove[]): GroupMove[] => moves.map(({ id, from, to }) => ({ id, from: to, to: from }));

/** One after the other, so that it can be stopped between two. Gives back what was done. */
export async function runMoves(moves: readonly GroupMove[], onDone: (count: number) => void, stopped: () => boolean): Promise<GroupMove[]> {
  const done: GroupMove[] = [];
  for (const move of moves) {
    if (stopped()) break;
    const definition = await readDefinition(move.id);
    await changeMachine({ ...definition, group: move.to === '' ? null : move.to });
    done.push(move);
    onDone(done.length);
  }
  return done;
}
