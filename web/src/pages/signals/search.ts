// What the signals page keeps in its address: the chosen signals, the window, and how they are shown.

import { linesMax } from '../../charts/colors';
import type { SignalName } from '../../api/signals';
import { choiceOf, searchOf, type Choice, type WindowSearch } from '../../time/windows';

export const views = ['chart', 'raw'] as const;
export type View = (typeof views)[number];

export interface SignalsSearch extends WindowSearch {
  /** Chosen signals, `machine/signal`, comma between. */
  s?: string;
  /** What the list is searched for. */
  q?: string;
  view?: View;
  /** Each line by its own range, 0 to 100 %. */
  norm?: 1;
  /** One panel a unit instead of several axes. */
  panels?: 1;
  /** Which of the chosen the raw table shows. */
  of?: string;
}

export interface SignalsView {
  choice: Choice;
  chosen: readonly SignalName[];
  query: string;
  view: View;
  normalise: boolean;
  panels: boolean;
  of: SignalName | null;
}

const nameShape = /^[^/,\s]+\/[^,\s][^,]*$/;
const flag = (value: unknown): boolean => value === 1 || value === '1' || value === true || value === 'true';

export function signalsView(search: Record<string, unknown>): SignalsView {
  const names = typeof search['s'] === 'string' ? search['s'].split(',').map((name) => name.trim()) : [];
  const chosen = [...new Set(names)].filter((name) => nameShape.test(name)).slice(0, linesMax);
  const of = typeof search['of'] === 'string' && chosen.includes(search['of']) ? search['of'] : (chosen[0] ?? null);
  return {
    choice: choiceOf(search, '8h'),
    chosen,
    query: search['q'] === undefined || search['q'] === null ? '' : String(search['q']),
    view: views.find((name) => name === search['view']) ?? 'chart',
    normalise: flag(search['norm']),
    panels: flag(search['panels']),
    of,
  };
}

/** The address of a view; what a page shows by itself is left out. */
export function signalsSearch({ choice, chosen, query, view, normalise, panels, of }: SignalsView): SignalsSearch {
  const byItself = choice.kind === 'preset' && choice.preset === '8h';
  return {
    ...(chosen.length > 0 && { s: chosen.join(',') }),
    ...(query !== '' && { q: query }),
    ...(view !== 'chart' && { view }),
    ...(normalise && { norm: 1 as const }),
    ...(panels && { panels: 1 as const }),
    ...(of !== null && of !== chosen[0] && { of }),
    ...(!byItself && searchOf(choice)),
  };
}
