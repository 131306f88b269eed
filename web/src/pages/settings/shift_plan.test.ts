import { describe, expect, it } from 'vitest';
import type { Shift } from '../../api/plant';
import { back, renames, tidyGroup } from './group_moves';
import { checkCalendar } from './calendar_tab';
import { checkReasons, moved } from './reasons_tab';
import { breakRange, checkShifts, crossesMidnight, daysOf, formatDays, minutesOf, overlaps, patternNames, patternOf, plannedMinutes, segmentsOf, tidyClock } from './shift_plan';

const shift = (start: string, end: string, breaks: string[] = [], days = 'mon-fri'): Shift => ({ name: 'x', days, start, end, breaks });
const names = { day: '日', night: '夜', early: '早', late: '中' };

describe('clocks', () => {
  it('are read, and put right when typed in a hurry', () => {
    expect(['8', '830', '0830', '8:30', '８：３０', '24:00'].map(tidyClock)).toEqual(['08:00', '08:30', '08:30', '08:30', '08:30', '24:00']);
    expect(['x', '25:00', '12:60', ''].map(tidyClock)).toEqual(['x', '25:00', '12:60', '']);
    expect(['08:60', '24:01', '8', 'a'].map(minutesOf)).toEqual([null, null, null, null]);
  });
});

describe('days of the week', () => {
  it('are written as short as they can be, and read back', () => {
    for (const text of ['mon-fri', 'daily', 'mon,wed,fri', 'sat,sun', 'tue-thu,sat', 'sun']) expect(formatDays(daysOf(text)!)).toBe(text);
    expect([...daysOf('fri-mon')!]).toEqual(['fri', 'sat', 'sun', 'mon']);
    expect(daysOf('monday')).toBeNull();
  });
});

describe('a shift', () => {
  it('runs into the next day when it does not end after its start', () => {
    expect(crossesMidnight(shift('20:00', '05:00'))).toBe(true);
    expect(crossesMidnight(shift('16:00', '24:00'))).toBe(false);
    expect(plannedMinutes(shift('20:00', '05:00', ['00:00-00:30']))).toBe(510);
    expect(plannedMinutes(shift('08:00', '08:00'))).toBe(1440);
  });

  it('has its breaks within it', () => {
    expect(breakRange(shift('20:00', '05:00'), '23:45-00:15')).toEqual({ from: 1425, to: 1455 });
    expect(breakRange(shift('20:00', '05:00'), '02:00-02:30')).toEqual({ from: 1560, to: 1590 });
    for (const text of ['07:00-08:30', '16:30-17:30', '12:00-12:00', '13:00-12:00', 'noon']) expect(breakRange(shift('08:00', '17:00'), text), text).toBeNull();
  });

  it('is cut at midnight on the strip; Sunday’s goes on on Monday', () => {
    const pieces = segmentsOf([shift('22:00', '06:00', [], 'sun')]).filter(({ rest }) => !rest);
    expect(pieces.map(({ day, from, to }) => [day, from, to])).toEqual([[6, 1320, 1440], [0, 0, 360]]);
  });
});

describe('shifts of a week', () => {
  it('may touch, not overlap, also around the week’s end', () => {
    expect(overlaps([shift('08:00', '16:00'), shift('16:00', '00:00'), shift('00:00', '08:00')])).toEqual([]);
    expect(overlaps([shift('08:00', '17:00'), shift('16:00', '23:00')])).toEqual([[0, 1]]);
    expect(overlaps([shift('20:00', '05:00', [], 'sun'), shift('04:00', '08:00', [], 'mon')])).toEqual([[0, 1]]);
    expect(overlaps([{ ...shift('08:00', '17:00'), until: '2026-06-30' }, { ...shift('08:00', '17:00'), from: '2026-07-01' }])).toEqual([]);
  });

  it('of every pattern are right as they come', () => {
    for (const pattern of patternNames) expect(checkShifts(patternOf(pattern, names)), pattern).toEqual([]);
    const week = (pattern: (typeof patternNames)[number]) => patternOf(pattern, names).reduce((sum, each) => sum + plannedMinutes(each)!, 0);
    expect(patternNames.map(week)).toEqual([480, 1260, 1350, 0]);
  });

  it('are told what is wrong with them, at the field', () => {
    const paths = checkShifts([shift('8h', '17:00', ['06:00-07:00'], ''), shift('08:00', '17:00', ['18:00-19:00'])]).map(([path]) => path);
    expect(paths).toEqual(['/calendar/shifts/0/start', '/calendar/shifts/0/days', '/calendar/shifts/1/breaks/0']);
  });
});

describe('the calendar', () => {
  const calendar = { shifts: [], holidays: [], exceptions: [], planned_downtime: [] };
  it('has each special day once', () => {
    const day = { date: '2026-10-10', shifts: [{ name: 'x', start: '08:00', end: '12:00' }] };
    expect([...checkCalendar({ ...calendar, holidays: [{ date: '2026-10-10' }], exceptions: [day] }).keys()]).toEqual(['/calendar/exceptions/0/date']);
    expect([...checkCalendar({ ...calendar, holidays: [{ date: '' }] }).keys()]).toEqual(['/calendar/holidays/0/date']);
  });
  it('has no downtime that ends before it begins', () => {
    const item = { from: '2026-03-14T08:00:00Z', to: '2026-03-14T07:00:00Z' };
    expect([...checkCalendar({ ...calendar, planned_downtime: [item] }).keys()]).toEqual(['/calendar/planned_downtime/0/to']);
  });
});

describe('reasons', () => {
  it('have a name and an id of their own', () => {
    expect([...checkReasons([{ id: 'a', name: 'A' }, { id: 'a', name: '' }, { id: 'Ä', name: 'x' }]).keys()]).toEqual(['/reasons/1/name', '/reasons/1/id', '/reasons/2/id']);
  });
  it('move one place at a time, and not beyond the ends', () => {
    expect(moved([1, 2, 3], 0, 1)).toEqual([2, 1, 3]);
    expect(moved([1, 2, 3], 0, -1)).toEqual([1, 2, 3]);
    expect(moved([1, 2, 3], 2, 3)).toEqual([1, 2, 3]);
  });
});

describe('groups', () => {
  const machine = (id: string, group: string) => ({ id, group }) as never;
  it('are renamed with all that is below, and nothing beside', () => {
    const moves = renames([machine('a', '一廠/A線'), machine('b', '一廠'), machine('c', '一廠二課')], '一廠', '總廠');
    expect(moves).toEqual([{ id: 'a', from: '一廠/A線', to: '總廠/A線' }, { id: 'b', from: '一廠', to: '總廠' }]);
    expect(back(moves)[0]).toEqual({ id: 'a', from: '總廠/A線', to: '一廠/A線' });
  });
  it('have no empty level', () => {
    expect([' 一廠 / A線 ', '', '一廠/', '/'].map(tidyGroup)).toEqual(['一廠/A線', '', null, null]);
  });
});
