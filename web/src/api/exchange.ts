// Values out of the box as a file, and into it.

import { sendFile } from './client';
import { currentLanguage } from '../i18n';
import type { SignalName } from './signals';
import type { Span } from './queries';
import { timestampOf, type Timestamp } from './units';

/** `bin` is the history's own form: the smallest, and exact. */
export const formats = ['csv', 'xlsx', 'xml', 'jsonl', 'bin'] as const;
export type Format = (typeof formats)[number];

/** A row a value, or a row a time with a column a signal. */
export const layouts = ['long', 'wide'] as const;
export type Layout = (typeof layouts)[number];

/** Only tables can be wide. */
export const hasLayouts = (format: Format): boolean => format === 'csv' || format === 'xlsx';

export interface Export {
  /** `vmc-1/*` is every signal of a machine. */
  signals: readonly SignalName[];
  span: Span;
  format: Format;
  /** Slices with least, mean and greatest value instead of every value. */
  points: number | null;
  layout: Layout;
}

/** Where the browser fetches the file from; it is streamed, whatever its size. */
export function exportAddress({ signals, span, format, points, layout }: Export): string {
  const asked = new URLSearchParams();
  for (const signal of signals) asked.append('signal', signal);
  asked.set('from', timestampOf(span.from));
  asked.set('to', timestampOf(span.to));
  asked.set('format', format);
  if (points !== null) asked.set('points', String(points));
  else if (layout === 'wide' && hasLayouts(format)) asked.set('layout', layout);
  return `/api/v1/export?${asked}`;
}

export interface ImportedSignal {
  machine: string;
  signal: string;
  rows: number;
  first: Timestamp | null;
  last: Timestamp | null;
  /** Nothing of this name is known: it would be made. */
  new: boolean;
}

/** A name as the file has it, `MACHINE/SIGNAL`, and what it is here; null: nothing, its rows are left out. */
export interface ImportedName {
  name: string;
  machine: string | null;
  signal: string | null;
  rows: number;
}

export interface ImportReport {
  rows: number;
  signals: ImportedSignal[];
  names: ImportedName[];
  /** `line` is null where the trouble is with the whole file. */
  problems: { line: number | null; what: string }[];
  /** Of which `problems` are the first. */
  problem_count: number;
  /** Values written; 0 of a trial. */
  taken: number;
  /** Values that were there already, and are not written again. */
  known: number;
}

/** `machine`: of rows that name none. `names`: what names of the file are here, `MACHINE/SIGNAL`. */
export interface ImportWay {
  format: Format;
  machine: string;
  names: Readonly<Record<string, string>>;
}

export function importFile(file: File, { format, machine, names }: ImportWay, dry: boolean, signal: AbortSignal, onSent: (share: number) => void): Promise<ImportReport> {
  const asked = new URLSearchParams({ format, dry_run: String(dry), lang: currentLanguage() });
  if (machine !== '') asked.set('machine', machine);
  for (const [name, target] of Object.entries(names)) asked.append('map', `${name}=${target}`);
  return sendFile(`/import?${asked}`, file, signal, onSent);
}

const endings: Record<string, Format> = { csv: 'csv', txt: 'csv', tsv: 'csv', xlsx: 'xlsx', xml: 'xml', jsonl: 'jsonl', ndjson: 'jsonl', bin: 'bin', spindle: 'bin' };

/** By the file's name; null where that does not tell. */
export const formatOf = (name: string): Format | null => endings[name.toLowerCase().split('.').at(-1) ?? ''] ?? null;
