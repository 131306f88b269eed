// What a group's page keeps in its address: the window, and how the ranking is sorted.

import type { Sort } from '../../components/table/sort';
import { choiceOf, searchOf, type Choice, type WindowSearch } from '../../time/windows';

export interface GroupSearch extends WindowSearch {
  /** `-utilization`: from the largest down; `utilization`: from the smallest up. */
  sort?: string;
}

export const sortable = ['name', 'utilization', 'parts', 'achievement', 'alarms', 'coverage'] as const;

export function sortOf(search: Record<string, unknown>): Sort | null {
  const { sort } = search;
  if (typeof sort !== 'string') return { column: 'utilization', down: true };
  const column = sort.replace(/^-/, '');
  return (sortable as readonly string[]).includes(column) ? { column, down: sort.startsWith('-') } : null;
}

export const sortText = (sort: Sort | null): string => (sort === null ? 'none' : `${sort.down ? '-' : ''}${sort.column}`);

/** The page's own default is the present shift. */
export const groupChoice = (search: Record<string, unknown>): Choice => choiceOf(search, 'shift');

export function searchWith(search: Record<string, unknown>, choice: Choice): GroupSearch {
  const { sort } = search;
  return { ...searchOf(choice), ...(typeof sort === 'string' && { sort }) };
}
