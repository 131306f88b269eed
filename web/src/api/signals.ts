// What signals said: slices for drawing, spans of what stays a while, raw rows for reading.

import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Slices } from '../charts/series';
import { currentLanguage } from '../i18n';
import { getJson } from './client';
import type { Machine, Page, Quality, Value } from './types';
import { instant, instantOf, timestampOf, type Instant, type Timestamp } from './units';
import type { Span } from './queries';

/** A signal of a machine, as the API names it: `vmc-1/power`. */
export type SignalName = string;

export const signalName = (machine: string, signal: string): SignalName => `${machine}/${signal}`;

/** Every signal of a machine, where a file of many is asked for. */
export const allOf = (machine: string): SignalName => `${machine}/*`;

const asked = (signal: SignalName, span: Span) =>
  `signal=${encodeURIComponent(signal)}&from=${encodeURIComponent(timestampOf(span.from))}&to=${encodeURIComponent(timestampOf(span.to))}`;

interface SliceAnswer {
  rows: [t: Timestamp, min: number | null, avg: number | null, max: number | null, last: number | null, count: number][];
}

/** Slices as flat arrays. `to` is the end of the last one. */
export function slicesFrom({ rows }: SliceAnswer, to: Instant): Slices {
  const column = (place: 1 | 2 | 3) => Float64Array.from(rows, (row) => row[place] ?? NaN);
  const at = Float64Array.from(rows, ([t]) => instantOf(t));
  const first = at[0] ?? to;
  return { at, sliceMs: rows.length > 0 ? (to - first) / rows.length : 0, min: column(1), avg: column(2), max: column(3) };
}

export const slicesQuery = (signal: SignalName, span: Span, points: number) =>
  queryOptions({
    queryKey: ['history', signal, span.from, span.to, points],
    queryFn: async ({ signal: abort }) =>
      slicesFrom(await getJson<SliceAnswer>(`/history?${asked(signal, span)}&points=${points}`, abort), span.to),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    gcTime: 30_000,
  });

/** A condition as the history tells it: the last thing it reported. */
export interface Condition {
  level: 'normal' | 'warning' | 'fault' | 'unavailable';
  code: string;
  text: string;
}

export type HeardValue = Value | Condition;

export interface ValueSpan {
  from: Timestamp;
  to: Timestamp;
  value: HeardValue;
  /** Null where nothing was known. */
  quality: Quality | null;
}

export interface ValueSpans {
  items: ValueSpan[];
  /** Where the answer ends when there was more than is asked for; null when it is whole. */
  cut: Instant | null;
}

interface SpanAnswer {
  items: ValueSpan[];
  next: string | null;
}

const spansPerPage = 2000;
const spanPagesMax = 4;

export const spansQuery = (signal: SignalName, span: Span) =>
  queryOptions({
    queryKey: ['spans', signal, span.from, span.to],
    queryFn: async ({ signal: abort }): Promise<ValueSpans> => {
      const items: ValueSpan[] = [];
      // `next` is finer than milliseconds and goes back as it came.
      let from: Timestamp = timestampOf(span.from);
      for (let page = 0; page < spanPagesMax; ++page) {
        const answer = await getJson<SpanAnswer>(
          `/history/spans?signal=${encodeURIComponent(signal)}&from=${encodeURIComponent(from)}&to=${encodeURIComponent(timestampOf(span.to))}&limit=${spansPerPage}`,
          abort,
        );
        items.push(...answer.items);
        if (answer.next === null) return { items, cut: null };
        from = answer.next;
      }
      return { items, cut: instantOf(from) };
    },
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    gcTime: 30_000,
  });

export type RawRow = [t: Timestamp, v: Value, q: Quality];

export interface RawPage {
  rows: RawRow[];
  next_cursor: string | null;
}

export async function rawPage(signal: SignalName, span: Span, limit: number, cursor: string | null, abort?: AbortSignal): Promise<RawPage> {
  const after = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
  return getJson<RawPage>(`/history?${asked(signal, span)}&limit=${limit}${after}`, abort);
}

export const rawQuery = (signal: SignalName, span: Span, limit: number, cursor: string | null) =>
  queryOptions({
    queryKey: ['raw', signal, span.from, span.to, limit, cursor],
    queryFn: ({ signal: abort }) => rawPage(signal, span, limit, cursor, abort),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    gcTime: 30_000,
  });

/** Every machine with its signals and their present values. */
export const allSignalsQuery = queryOptions({
  queryKey: ['signals', 'all'],
  queryFn: async ({ signal }) => {
    const machines: Machine[] = [];
    let cursor: string | null = null;
    do {
      const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page: Page<Machine> = await getJson<Page<Machine>>(`/machines?signals=true&limit=100&lang=${currentLanguage()}${after}`, signal);
      machines.push(...page.items);
      cursor = page.next_cursor;
    } while (cursor !== null);
    return machines;
  },
  staleTime: 10_000,
  refetchInterval: 15_000,
});

export const numericTypes = /^(u?int\d+|float\d+|double|number)$/;

/** Whether a signal is a quantity, which is drawn as a line; all others are drawn as spans. */
export const isNumeric = (type: string): boolean => numericTypes.test(type);

/** A condition is one text with its parts set apart by a control character; people get spaces. */
export const readableText = (value: string): string =>
  value
    .split('\u001f')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join(' · ');

export const noSlices: Slices = { at: new Float64Array(), sliceMs: 0, min: new Float64Array(), avg: new Float64Array(), max: new Float64Array() };
export const wholeSecond = (at: number): Instant => instant(Math.floor(at / 1000) * 1000);
