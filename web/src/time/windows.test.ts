import { describe, expect, it } from 'vitest';
import { instantOf, timestampOf } from '../api/units';
import { choiceOf, paged, searchOf, windowOf } from './windows';

const zone = 'Asia/Taipei';
const now = instantOf('2024-03-14T06:05:00Z');

describe('windows', () => {
  it.each([
    ['today', '2024-03-13T16:00:00.000Z', '2024-03-14T06:05:00.000Z', true],
    ['yesterday', '2024-03-12T16:00:00.000Z', '2024-03-13T16:00:00.000Z', false],
    ['1h', '2024-03-14T05:05:00.000Z', '2024-03-14T06:05:00.000Z', true],
    ['30d', '2024-02-13T06:05:00.000Z', '2024-03-14T06:05:00.000Z', true],
  ] as const)('%s is [%s, %s)', (preset, from, to, live) => {
    const window = windowOf({ kind: 'preset', preset }, now, zone);
    expect([timestampOf(window.from), timestampOf(window.to), window.live]).toEqual([from, to, live]);
  });

  it('never reaches into the future', () => {
    const window = windowOf({ kind: 'custom', from: instantOf('2024-03-14T06:00:00Z'), to: instantOf('2024-03-14T07:00:00Z') }, now, zone);
    expect(timestampOf(window.to)).toBe('2024-03-14T06:05:00.000Z');
    expect(window.live).toBe(true);
  });

  it('an address leads back to the same choice', () => {
    for (const search of [{ window: '7d' }, { from: '2024-03-14T00:00:00.000Z', to: '2024-03-14T01:00:00.000Z' }])
      expect(searchOf(choiceOf(search))).toEqual(search);
  });

  it.each([[{}], [{ window: 'century' }], [{ from: 'x', to: 'y' }], [{ from: '2024-03-14T01:00:00Z', to: '2024-03-14T00:00:00Z' }], [{ window: 3 }]])(
    'a wrong address %j shows today',
    (search) => expect(choiceOf(search)).toEqual({ kind: 'preset', preset: 'today' }),
  );
});

describe('windows of shifts', () => {
  const span = (from: string, to: string) => ({ from: instantOf(from), to: instantOf(to) });
  const day = span('2024-03-14T00:00:00Z', '2024-03-14T09:00:00Z');
  const night = span('2024-03-13T12:00:00Z', '2024-03-13T20:00:00Z');
  const evening = span('2024-03-14T12:00:00Z', '2024-03-14T20:00:00Z');
  const during = { shift: day, previous: night, next: evening };
  const between = { shift: null, previous: night, next: day };
  const shown = (window: { from: number; to: number; live: boolean }) => [timestampOf(window.from as never), timestampOf(window.to as never), window.live];

  it('this shift reaches to now, the last one to its end', () => {
    expect(shown(windowOf({ kind: 'preset', preset: 'shift' }, now, zone, during))).toEqual(['2024-03-14T00:00:00.000Z', '2024-03-14T06:05:00.000Z', true]);
    expect(shown(windowOf({ kind: 'preset', preset: 'last_shift' }, now, zone, during))).toEqual(['2024-03-13T12:00:00.000Z', '2024-03-13T20:00:00.000Z', false]);
  });

  it('between shifts the one that ended is shown, without any the day', () => {
    expect(shown(windowOf({ kind: 'preset', preset: 'shift' }, now, zone, between))).toEqual(['2024-03-13T12:00:00.000Z', '2024-03-13T20:00:00.000Z', false]);
    expect(shown(windowOf({ kind: 'preset', preset: 'shift' }, now, zone, null))).toEqual(['2024-03-13T16:00:00.000Z', '2024-03-14T06:05:00.000Z', true]);
  });

  it('pages go from shift to shift, and not into the future', () => {
    const choice = { kind: 'preset', preset: 'shift' } as const;
    const window = windowOf(choice, now, zone, during);
    expect(paged(choice, window, -1, now, zone, during)).toEqual({ kind: 'shift', at: day.from - 1 });
    expect(paged(choice, window, 1, now, zone, during)).toBeNull();
    const last = { kind: 'preset', preset: 'last_shift' } as const;
    expect(paged(last, windowOf(last, now, zone, during), 1, now, zone, during)).toEqual({ kind: 'shift', at: day.from });
  });

  it('days page by days, also where one has 23 hours', () => {
    const berlin = 'Europe/Berlin';
    const spring = instantOf('2024-04-02T10:00:00Z');
    const choice = { kind: 'custom', ...span('2024-03-31T22:00:00Z', '2024-04-01T22:00:00Z') } as const;
    const before = paged(choice, windowOf(choice, spring, berlin), -1, spring, berlin);
    expect(before).toEqual({ kind: 'custom', from: instantOf('2024-03-30T23:00:00Z'), to: instantOf('2024-03-31T22:00:00Z') });
    const today = { kind: 'preset', preset: 'today' } as const;
    expect(paged(today, windowOf(today, now, zone), -1, now, zone)).toEqual({ kind: 'custom', ...span('2024-03-12T16:00:00Z', '2024-03-13T16:00:00Z') });
  });

  it('any other window pages by its own length', () => {
    const choice = { kind: 'preset', preset: '1h' } as const;
    expect(paged(choice, windowOf(choice, now, zone), -1, now, zone)).toEqual({ kind: 'custom', ...span('2024-03-14T04:05:00Z', '2024-03-14T05:05:00Z') });
    const custom = { kind: 'custom', ...span('2024-03-14T01:00:00Z', '2024-03-14T02:00:00Z') } as const;
    expect(paged(custom, windowOf(custom, now, zone), 1, now, zone)).toEqual({ kind: 'custom', ...span('2024-03-14T02:00:00Z', '2024-03-14T03:00:00Z') });
  });
});
