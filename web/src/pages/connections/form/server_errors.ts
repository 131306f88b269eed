// What the box refused, at the fields it means. Older answers say it in one line:
// `/signals/0/type: …; /id: …`.

import { ApiError, type FieldError } from '../../../api/client';
import type { Complaints } from '../../../components/form/complaints';

const pieces = /(?:^|; )(\/[A-Za-z0-9_/]*): /g;

export function fieldErrors(error: unknown): FieldError[] {
  if (!(error instanceof ApiError)) return [];
  if (error.errors.length > 0) return [...error.errors];
  const starts = [...error.detail.matchAll(pieces)];
  return starts.map((start, place) => ({
    path: start[1]!,
    what: error.detail.slice(start.index + start[0].length, starts[place + 1]?.index ?? error.detail.length),
  }));
}

export const complaintsOf = (error: unknown): Complaints => new Map(fieldErrors(error).map(({ path, what }) => [path, { said: what }]));

/** No two machines may have the same id: the box says so with 409. */
export const isConflict = (error: unknown): boolean => error instanceof ApiError && error.status === 409;
