// What /connections keeps in its address: `?trouble=network&q=vmc`. What is wrong is passed over.

import { lightNames, type LightName, type Machine } from '../../api/types';

export const troubles = ['ok', ...lightNames, 'refused'] as const;
export type Trouble = (typeof troubles)[number];

export interface ConnectionsSearch {
  trouble: Trouble | null;
  q: string;
}

export function connectionsSearch(search: Record<string, unknown>): ConnectionsSearch {
  const { trouble, q } = search;
  return {
    trouble: (troubles as readonly unknown[]).includes(trouble) ? (trouble as Trouble) : null,
    q: typeof q === 'string' ? q : typeof q === 'number' ? String(q) : '',
  };
}

/** The address of a choice, without what is not chosen. */
export const addressOf = ({ trouble, q }: ConnectionsSearch): Record<string, string> => ({
  ...(trouble !== null && { trouble }),
  ...(q.trim() !== '' && { q }),
});

const bad = (machine: Machine, name: LightName) => ['down', 'warn'].includes(machine.connection.lights[name].status);

/** The first light that is not well is the cause; those after it only follow. */
export function troubleOf(machine: Machine): Trouble {
  return lightNames.find((name) => bad(machine, name)) ?? (machine.connection.quarantined.length > 0 ? 'refused' : 'ok');
}

export const has = (machine: Machine, trouble: Trouble): boolean =>
  trouble === 'ok' ? troubleOf(machine) === 'ok' : trouble === 'refused' ? machine.connection.quarantined.length > 0 : bad(machine, trouble);

export function matchesText(machine: Machine, text: string): boolean {
  const { id, name, group, connection } = machine;
  const heap = [id, name, group, connection.endpoint, connection.protocol, connection.error ?? ''].join(' ').toLowerCase();
  return text.toLowerCase().split(/\s+/).every((word) => heap.includes(word));
}

const weight: Record<Trouble, number> = { network: 0, session: 1, freshness: 2, clock: 3, refused: 4, ok: 5 };

/** Trouble first; else as the plant has them. */
export const byTrouble = (machines: readonly Machine[]): Machine[] => [...machines].sort((a, b) => weight[troubleOf(a)] - weight[troubleOf(b)]);
