// The shifts of the plant's calendar, as they fall.

import { queryOptions } from '@tanstack/react-query';
import { getJson } from './client';
import type { Span } from './queries';
import { timestampOf, type Instant, type Timestamp } from './units';

export interface Shift {
  /** Empty when the calendar has no shifts: the day itself. */
  name: string;
  /** `2024-03-14`: the day a shift begins on, also for the part of it after midnight. */
  business_date: string;
  from: Timestamp;
  to: Timestamp;
  breaks: { from: Timestamp; to: Timestamp }[];
}

export interface CurrentShift {
  shift: Shift | null;
  previous: Shift | null;
  next: Shift | null;
  /** The plant works round the clock, without shifts. */
  always: boolean;
}

export interface Shifts {
  always: boolean;
  items: Shift[];
}

/** The shift at an instant; without one, at the present. */
export const currentShiftQuery = (at?: Instant) =>
  queryOptions({
    queryKey: ['shift', at ?? 'now'],
    queryFn: ({ signal }) =>
      getJson<CurrentShift>(`/shifts/current${at === undefined ? '' : `?at=${encodeURIComponent(timestampOf(at))}`}`, signal),
    staleTime: 30_000,
    gcTime: 300_000,
    refetchInterval: at === undefined ? 30_000 : false,
  });

export const shiftsQuery = (span: Span) =>
  queryOptions({
    queryKey: ['shifts', span.from, span.to],
    queryFn: ({ signal }) =>
      getJson<Shifts>(
        `/shifts?from=${encodeURIComponent(timestampOf(span.from))}&to=${encodeURIComponent(timestampOf(span.to))}`,
        signal,
      ),
    staleTime: 60_000,
    gcTime: 300_000,
  });
