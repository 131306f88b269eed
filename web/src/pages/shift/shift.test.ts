import { describe, expect, it } from 'vitest';
import type { Hour } from '../../api/overview';
import type { Shift } from '../../api/shifts';
import { instantOf } from '../../api/units';
import { aheadOf, plannedParts, planShares } from '../../components/plan_bar';
import { askedShift, dayStart, phaseOf, presentShift, wholeDay } from './chosen_shift';
import { differenceOf, kindOf, lastHourOf, signed } from './hours';
import { breaksOf, groundOf, linesOf, marksOf } from './scale';
import { readShiftSearch } from './search';

const zone = 'Asia/Taipei';
const shift = (name: string, day: string, from: string, to: string): Shift => ({ name, business_date: day, from, to, breaks: [] });
const morning = shift('早班', '2024-03-14', '2024-03-14T00:00:00.000Z', '2024-03-14T08:00:00.000Z');
const night = shift('夜班', '2024-03-14', '2024-03-14T12:00:00.000Z', '2024-03-15T00:00:00.000Z');

describe('the shift that is shown', () => {
  it('is the running one', () => {
    expect(presentShift({ shift: morning, previous: null, next: night, always: false }, '2024-03-14', zone)).toBe(morning);
  });

  it('is the one just over, as long as the day is the same', () => {
    const current = { shift: null, previous: morning, next: night, always: false };
    expect(presentShift(current, '2024-03-14', zone)).toBe(morning);
    expect(presentShift(current, '2024-03-15', zone)).toEqual(wholeDay('2024-03-15', zone));
  });

  it('is the day of the plant before there was any', () => {
    const day = presentShift({ shift: null, previous: null, next: null, always: false }, '2024-03-14', zone);
    expect(day).toEqual({ name: '', business_date: '2024-03-14', from: '2024-03-13T16:00:00.000Z', to: '2024-03-14T16:00:00.000Z', breaks: [] });
  });

  it.each([
    ['夜班', night],
    [undefined, morning],
    ['中班', morning],
  ])('asked for %s of a day', (name, found) => expect(askedShift([morning, night], '2024-03-14', name, zone)).toBe(found));

  it('asked for on a holiday is the day itself, 23 hours long in spring', () => {
    expect(askedShift([morning], '2024-03-16', '早班', zone).name).toBe('');
    const day = wholeDay('2024-03-31', 'Europe/Berlin');
    expect(instantOf(day.to) - instantOf(day.from)).toBe(23 * 3_600_000);
    expect(dayStart('2024-03-31', 'Europe/Berlin')).toBe(instantOf('2024-03-30T23:00:00Z'));
  });

  it.each([
    ['2024-03-13T23:59:59Z', 'ahead'],
    ['2024-03-14T00:00:00Z', 'running'],
    ['2024-03-14T08:00:00Z', 'over'],
  ])('at %s is %s', (now, phase) => expect(phaseOf(morning, instantOf(now))).toBe(phase));
});

describe('the address of the shift view', () => {
  it('keeps what makes sense', () => {
    const search = { day: '2024-03-14', shift: '夜班', group: '一廠/A線', tab: 'hours' };
    expect(readShiftSearch(search)).toEqual(search);
  });

  it.each([
    [{ day: 'yesterday', shift: '夜班' }],
    [{ day: '2024-19-41' }],
    [{ day: 7 }],
    [{ tab: 'bars' }],
    [{ group: '' }],
    [{ group: ['a'] }],
  ])('leaves out %j', (search) => expect(readShiftSearch(search)).toEqual({}));

  it('a group named by a number is one', () => expect(readShiftSearch({ group: 3 })).toEqual({ group: '3' }));
});

describe('an hour', () => {
  const hour = (parts: number | null, target: number | null): Hour => ({ from: '2024-03-14T01:00:00.000Z', to: '2024-03-14T02:00:00.000Z', parts, target });
  const [before, during, after] = ['2024-03-14T00:59:00Z', '2024-03-14T01:30:00Z', '2024-03-14T02:00:00Z'].map((at) => instantOf(at));

  it('has a difference only once it is over, in whole pieces', () => {
    expect(differenceOf(hour(60, 66.67), after!)).toBe(-7);
    expect(differenceOf(hour(60, 66.67), during!)).toBeNull();
    expect(differenceOf(hour(60, null), after!)).toBeNull();
    expect(differenceOf(hour(null, 66.67), after!)).toBeNull();
  });

  it('without plan and parts is rest; with parts it is not', () => {
    expect(kindOf(hour(0, 0), after!)).toBe('rest');
    expect(kindOf(hour(3, 0), after!)).toBe('done');
    expect(kindOf(hour(0, 66), after!)).toBe('done');
    expect(kindOf(hour(null, 66), before!)).toBe('ahead');
    expect(kindOf(hour(1, 66), during!)).toBe('running');
  });

  it('before is the last that is over', () => {
    const hours = [hour(1, 1), { ...hour(2, 2), from: '2024-03-14T02:00:00.000Z', to: '2024-03-14T03:00:00.000Z' }];
    expect(lastHourOf(hours, instantOf('2024-03-14T02:59:59Z'))?.parts).toBe(1);
    expect(lastHourOf(hours, during!)).toBeUndefined();
  });

  it.each([[-7, '−7'], [0, '0'], [3, '+3'], [-2149, '−2,149'], [0.6, '+0.6']])('%s is written %s', (value, text) => expect(signed(value)).toBe(text));
});

describe('the ground of the rows', () => {
  const broken = { ...morning, breaks: [{ from: '2024-03-14T04:00:00.000Z', to: '2024-03-14T05:00:00.000Z' }] };

  it('shades breaks as shares of the shift', () => expect(breaksOf(broken)).toEqual([{ from: 0.5, to: 0.625 }]));

  it('cuts what lies outside', () => {
    const odd = { ...morning, breaks: [{ from: '2024-03-13T23:00:00.000Z', to: '2024-03-14T02:00:00.000Z' }, { from: '2024-03-14T09:00:00.000Z', to: '2024-03-14T10:00:00.000Z' }] };
    expect(breaksOf(odd)).toEqual([{ from: 0, to: 0.25 }]);
  });

  it('marks the hours of the plant, and fewer where there is less room', () => {
    expect(linesOf(morning, zone).map(({ label }) => label)).toEqual(['08:00', '09:00', '10:00', '11:00', '12:00', '13:00', '14:00', '15:00']);
    expect(marksOf(morning, zone, 5).map(({ label }) => label)).toEqual(['08:00', '10:00', '12:00', '14:00']);
    expect(groundOf(breaksOf(broken), marksOf(broken, zone, 5))).toContain('50.000% 62.500%');
    expect(groundOf([], [])).toBe('none');
  });
});

describe('made against planned', () => {
  it('is told in whole pieces, and in tenths where one takes hours', () => {
    expect([plannedParts(66.67), plannedParts(0.368), plannedParts(9.96)]).toEqual([67, 0.4, 10]);
    expect([aheadOf(60, 66.67), aheadOf(1, 0.368), aheadOf(0, 0.368)]).toEqual([-7, 0.6, -0.4]);
  });

  it.each([
    [50, { now: 60, window: 100 }, { made: 0.5, now: 0.6 }],
    [120, { now: 60, window: 100 }, { made: 1, now: 0.5 }],
    [0, { now: 0, window: 0 }, { made: 0, now: 0 }],
    [-2, { now: 5, window: 10 }, { made: 0, now: 0.5 }],
  ])('%i of %j', (made, target, shares) => expect(planShares(made, target)).toEqual(shares));
});
