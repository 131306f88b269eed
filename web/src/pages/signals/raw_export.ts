// All raw values of some signals as CSV, page by page, with a way to stop.

import { rawPage, readableText, type SignalName } from '../../api/signals';
import { instantOf } from '../../api/units';
import type { Span } from '../../api/queries';
import { byteOrderMark, csvLine, zonedTime } from './csv';

const rowsPerPage = 20_000;
/** A spreadsheet takes a million rows; a browser's memory not much more. */
export const exportRowsMax = 1_000_000;

export interface ExportOf {
  name: SignalName;
  unit: string;
}

export interface Progress {
  rows: number;
  /** Of all that is asked for, 0..1, by time. */
  share: number;
}

/** The file's pieces. `cut` when there was more than `exportRowsMax`. */
export async function rawCsv(signals: readonly ExportOf[], span: Span, zone: string, stop: AbortSignal, onProgress: (progress: Progress) => void): Promise<{ pieces: string[]; cut: boolean }> {
  const pieces = [byteOrderMark + csvLine(['time', 'machine', 'signal', 'value', 'unit', 'quality'])];
  let rows = 0;
  for (const [place, { name, unit }] of signals.entries()) {
    const slash = name.indexOf('/');
    let cursor: string | null = null;
    do {
      const page = await rawPage(name, span, rowsPerPage, cursor, stop);
      stop.throwIfAborted();
      pieces.push(
        page.rows
          .map(([t, value, quality]) =>
            csvLine([zonedTime(instantOf(t), zone), name.slice(0, slash), name.slice(slash + 1), typeof value === 'string' ? readableText(value) : value, unit, quality]),
          )
          .join(''),
      );
      rows += page.rows.length;
      const last = page.rows.at(-1);
      const done = last === undefined || page.next_cursor === null ? 1 : (instantOf(last[0]) - span.from) / Math.max(1, span.to - span.from);
      onProgress({ rows, share: (place + done) / signals.length });
      if (rows >= exportRowsMax) return { pieces, cut: true };
      cursor = page.next_cursor;
    } while (cursor !== null);
  }
  return { pieces, cut: false };
}
