// Shifts as a week: which days, how long, where they stand on the strip, what overlaps. Times are
// minutes; an end that is not after its start is the next day's. Only drawing and early checks: the
// box decides what is planned.

import type { Shift } from '../../api/plant';
import type { Complaint } from '../../components/form/complaints';

export const dayWords = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Day = (typeof dayWords)[number];
const dayMinutes = 1440;
const weekMinutes = 7 * dayMinutes;

export function minutesOf(clock: string): number | null {
  const parts = /^(\d{1,2}):(\d{2})$/.exec(clock.trim());
  if (parts === null) return null;
  const minutes = Number(parts[1]) * 60 + Number(parts[2]);
  return Number(parts[2]) < 60 && minutes <= dayMinutes ? minutes : null;
}

export const clockOf = (minutes: number): string => `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

/** What people type in a hurry: `8`, `830`, `8:30`, full-width digits too. */
export function tidyClock(text: string): string {
  const plain = text.normalize('NFKC').trim().replace('.', ':');
  const digits = /^(\d{1,2})(\d{2})$/.exec(plain);
  const whole = /^(\d{1,2})$/.exec(plain);
  const tidy = whole !== null ? `${whole[1]}:00` : digits !== null ? `${digits[1]}:${digits[2]}` : plain;
  const minutes = minutesOf(tidy);
  return minutes === null ? text : clockOf(minutes);
}

/** `mon-fri,sun` into days; null when it is no such list. */
export function daysOf(text: string): Set<Day> | null {
  const days = new Set<Day>();
  if (text.trim() === 'daily') return new Set(dayWords);
  for (const piece of text.split(',')) {
    const [from, to = from] = piece.split('-').map((word) => dayWords.indexOf(word.trim() as Day));
    if (from === undefined || to === undefined || from < 0 || to < 0) return null;
    for (let day = from; ; day = (day + 1) % 7) {
      days.add(dayWords[day]!);
      if (day === to) break;
    }
  }
  return days;
}

/** The shortest way to say it. */
export function formatDays(days: ReadonlySet<Day>): string {
  if (days.size === 7) return 'daily';
  const pieces: string[] = [];
  for (let from = 0; from < 7; ) {
    if (!days.has(dayWords[from]!)) {
      ++from;
      continue;
    }
    let to = from;
    while (to + 1 < 7 && days.has(dayWords[to + 1]!)) ++to;
    pieces.push(from === to ? dayWords[from]! : to === from + 1 ? `${dayWords[from]},${dayWords[to]}` : `${dayWords[from]}-${dayWords[to]}`);
    from = to + 1;
  }
  return pieces.join(',');
}

interface Range {
  from: number;
  to: number;
}

/** The shift in minutes from the midnight its day begins with; null while it is not yet written. */
export function rangeOf(shift: Pick<Shift, 'start' | 'end'>): Range | null {
  const [from, to] = [minutesOf(shift.start), minutesOf(shift.end)];
  if (from === null || to === null || from >= dayMinutes) return null;
  return { from, to: to > from ? to : to + dayMinutes };
}

/** A break of the shift: after midnight it is written with the clock of the next day. */
export function breakRange(shift: Pick<Shift, 'start' | 'end'>, text: string): Range | null {
  const whole = rangeOf(shift);
  const [from, to] = text.split('-').map((clock) => minutesOf(clock));
  if (whole === null || from === undefined || to === undefined || from === null || to === null) return null;
  const start = from < whole.from ? from + dayMinutes : from;
  const end = to <= from ? to + dayMinutes + (start - from) : to + (start - from);
  return start >= whole.from && end <= whole.to && end > start ? { from: start, to: end } : null;
}

export const crossesMidnight = (shift: Pick<Shift, 'start' | 'end'>) => (rangeOf(shift)?.to ?? 0) > dayMinutes;

/** Planned minutes of one shift, without its breaks. */
export function plannedMinutes(shift: Shift): number | null {
  const whole = rangeOf(shift);
  if (whole === null) return null;
  const rest = (shift.breaks ?? []).map((text) => breakRange(shift, text)).reduce((sum, range) => sum + (range === null ? 0 : range.to - range.from), 0);
  return whole.to - whole.from - rest;
}

export interface Segment {
  /** 0 is Monday. */
  day: number;
  from: number;
  to: number;
  shift: number;
  rest: boolean;
}

function pieces(day: number, range: Range): { day: number; from: number; to: number }[] {
  const found: { day: number; from: number; to: number }[] = [];
  for (let from = range.from; from < range.to; ) {
    const offset = Math.floor(from / dayMinutes);
    const end = Math.min(range.to, (offset + 1) * dayMinutes);
    found.push({ day: (day + offset) % 7, from: from - offset * dayMinutes, to: end - offset * dayMinutes });
    from = end;
  }
  return found;
}

/** The week as the strip draws it, cut at each midnight; breaks after their shift, to lie above it. */
export function segmentsOf(shifts: readonly Shift[]): Segment[] {
  return shifts.flatMap((shift, place) => {
    const whole = rangeOf(shift);
    const days = daysOf(shift.days);
    if (whole === null || days === null) return [];
    const rests = (shift.breaks ?? []).map((text) => breakRange(shift, text)).filter((range) => range !== null);
    return dayWords.flatMap((word, day) =>
      days.has(word)
        ? [...pieces(day, whole).map((piece) => ({ ...piece, shift: place, rest: false })), ...rests.flatMap((range) => pieces(day, range).map((piece) => ({ ...piece, shift: place, rest: true })))]
        : [],
    );
  });
}

/** Pairs of shifts that claim the same minute of the week; those of different seasons may. */
export function overlaps(shifts: readonly Shift[]): [number, number][] {
  const found: [number, number][] = [];
  const season = (a: Shift, b: Shift) => (a.until ?? '9999') >= (b.from ?? '') && (b.until ?? '9999') >= (a.from ?? '');
  const ranges = shifts.map((shift) => {
    const whole = rangeOf(shift);
    const days = daysOf(shift.days);
    if (whole === null || days === null) return [];
    return dayWords.flatMap((word, day) => (days.has(word) ? [{ from: day * dayMinutes + whole.from, to: day * dayMinutes + whole.to }] : []));
  });
  const meet = (a: Range, b: Range) => [-weekMinutes, 0, weekMinutes].some((shift) => a.from < b.to + shift && b.from + shift < a.to);
  for (let a = 0; a < shifts.length; ++a)
    for (let b = a + 1; b < shifts.length; ++b)
      if (season(shifts[a]!, shifts[b]!) && ranges[a]!.some((one) => ranges[b]!.some((other) => meet(one, other)))) found.push([a, b]);
  return found;
}

/** What is wrong, by path below `at`. */
export function checkShifts(shifts: readonly Shift[], at = '/calendar/shifts'): [string, Complaint][] {
  const wrong: [string, Complaint][] = [];
  shifts.forEach((shift, place) => {
    const path = `${at}/${place}`;
    if (minutesOf(shift.start) === null || minutesOf(shift.start) === dayMinutes) wrong.push([`${path}/start`, { key: 'shifts.wrong.clock' }]);
    if (minutesOf(shift.end) === null) wrong.push([`${path}/end`, { key: 'shifts.wrong.clock' }]);
    if (shift.days !== undefined && (daysOf(shift.days)?.size ?? 0) === 0) wrong.push([`${path}/days`, { key: 'shifts.wrong.days' }]);
    (shift.breaks ?? []).forEach((text, each) => {
      if (rangeOf(shift) !== null && breakRange(shift, text) === null) wrong.push([`${path}/breaks/${each}`, { key: 'shifts.wrong.break' }]);
    });
  });
  for (const [a, b] of overlaps(shifts)) wrong.push([`${at}/${b}/start`, { key: 'shifts.wrong.overlap', values: { other: shifts[a]!.name || String(a + 1) } }]);
  return wrong;
}

export const patternNames = ['day', 'two', 'three', 'always'] as const;
export type PatternName = (typeof patternNames)[number];

/** The usual ones; `names` in the plant's own language. Always: no shift, every minute is planned. */
export function patternOf(pattern: PatternName, names: { day: string; night: string; early: string; late: string }): Shift[] {
  const days = 'mon-fri';
  if (pattern === 'day') return [{ name: names.day, days, start: '08:00', end: '17:00', breaks: ['12:00-13:00'] }];
  if (pattern === 'two')
    return [
      { name: names.day, days, start: '08:00', end: '20:00', breaks: ['12:00-13:00', '17:00-17:30'] },
      { name: names.night, days, start: '20:00', end: '08:00', breaks: ['00:00-01:00', '05:00-05:30'] },
    ];
  if (pattern === 'three')
    return [
      { name: names.early, days, start: '08:00', end: '16:00', breaks: ['12:00-12:30'] },
      { name: names.late, days, start: '16:00', end: '24:00', breaks: ['20:00-20:30'] },
      { name: names.night, days, start: '00:00', end: '08:00', breaks: ['04:00-04:30'] },
    ];
  return [];
}
