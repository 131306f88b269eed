// Tables as CSV: RFC 4180, with the mark by which spreadsheets know UTF-8, and nothing in it that a
// spreadsheet would run as a formula. Pure.

import type { Instant } from '../../api/units';
import { offsetMs, wallTime } from '../../time/zone';
import type { Line } from '../../charts';
import { lowerBound } from '../../timeline/tracks';
import type { View } from '../../timeline/view';

export type Cell = string | number | boolean | null;

/** How a spreadsheet starts to read a formula (or a command, after a tab). */
const formula = /^[=+\-@\t\r]/;

/** A text that could be taken for a formula gets an apostrophe; numbers can't be one. */
export function csvCell(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return typeof cell === 'number' && !Number.isFinite(cell) ? '' : String(cell);
  const safe = formula.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export const csvLine = (cells: readonly Cell[]): string => `${cells.map(csvCell).join(',')}\r\n`;

export const byteOrderMark = '\ufeff';

const two = (value: number) => String(value).padStart(2, '0');

/** `2024-03-14T08:00:00.000+08:00`: the plant's clock, and what it is off by, so that it is exact. */
export function zonedTime(at: Instant, zone: string): string {
  const wall = wallTime(at, zone);
  const offset = Math.round(offsetMs(at, zone) / 60_000);
  const sign = offset < 0 ? '-' : '+';
  const date = `${wall.year}-${two(wall.month)}-${two(wall.day)}`;
  const clock = `${two(wall.hour)}:${two(wall.minute)}:${two(wall.second)}.${String(((at % 1000) + 1000) % 1000).padStart(3, '0')}`;
  return `${date}T${clock}${sign}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
}

/** The slices a chart shows, three columns a line; an empty cell where nothing was known. */
export function slicesCsv(lines: readonly Line[], view: View, zone: string): string {
  const at = lines[0]?.slices.at ?? new Float64Array();
  const unit = (text: string) => (text === '' ? '' : ` [${text}]`);
  let text = byteOrderMark + csvLine(['time', ...lines.flatMap(({ id, unit: of }) => ['min', 'avg', 'max'].map((part) => `${id} ${part}${unit(of)}`))]);
  const number = (value: number | undefined): Cell => (value === undefined || Number.isNaN(value) ? null : value);
  for (let i = lowerBound(at, view.from); i < lowerBound(at, view.to); ++i)
    text += csvLine([
      zonedTime(Math.round(at[i] ?? 0) as Instant, zone),
      ...lines.flatMap(({ slices: { min, avg, max } }) => [number(min[i]), number(avg[i]), number(max[i])]),
    ]);
  return text;
}

/** `signals_20240314-0800_20240314-1700.csv`: when it is of stands in its name. */
export function fileName(what: string, view: View, zone: string, ending: string): string {
  const stamp = (at: Instant) => {
    const wall = wallTime(at, zone);
    return `${wall.year}${two(wall.month)}${two(wall.day)}-${two(wall.hour)}${two(wall.minute)}`;
  };
  return `${what}_${stamp(view.from)}_${stamp(view.to)}.${ending}`;
}
