import { describe, expect, it } from 'vitest';
import type { Alarm } from '../../api/alarms';
import { seconds } from '../../api/units';
import { sectionsOf } from '../floor/sections';
import { bigDuration } from './age';
import { freshMsMost, inOrderOfUrgency, isCritical, nothingSeen, released, watched } from './alarm_watch';
import { entryOf, shouldReload } from './nightly';
import { evenly, machinesMost, packed, placeOf, screensOf, turned } from './rotation';
import { readBoardSearch, writeBoardSearch } from './search';

const machines = (group: string, count: number) => Array.from({ length: count }, (_, n) => ({ id: `${group}-${n}`, name: `${n}`, group }));
const plant = (...groups: [string, number][]) => sectionsOf(groups.flatMap(([group, count]) => machines(group, count)));

describe('the screens of a board', () => {
  it('never hold more than eight machines, and lose none', () => {
    for (const count of [1, 7, 8, 9, 12, 17, 200]) {
      const screens = packed(plant(['一廠', count], ['二廠', 3]));
      expect(Math.max(...screens.map(({ machines: shown }) => shown.length))).toBeLessThanOrEqual(machinesMost);
      expect(new Set(screens.flatMap(({ machines: shown }) => shown)).size).toBe(count + 3);
    }
  });

  it('divide a large group evenly and let small ones share', () => {
    expect(evenly([...Array(12).keys()], 8).map(({ length }) => length)).toEqual([6, 6]);
    expect(evenly([], 8)).toEqual([]);
    expect(packed(plant(['a', 3], ['b', 4], ['c', 2])).map(({ paths, machines: shown }) => [paths, shown.length])).toEqual([[['a', 'b'], 7], [['c'], 2]]);
  });

  it('leave out a page of alarms that has none, unless it is the only one', () => {
    const sections = plant(['a', 2]);
    expect(screensOf(['floor', 'alarms'], sections, 0).map(({ kind }) => kind)).toEqual(['floor']);
    expect(screensOf(['floor', 'alarms'], sections, 1).map(({ kind }) => kind)).toEqual(['floor', 'alarms']);
    expect(screensOf(['alarms'], sections, 0).map(({ kind }) => kind)).toEqual(['alarms']);
    expect(screensOf(['floor', 'shift'], [], 0).map(({ kind }) => kind)).toEqual(['alarms']);
  });

  it('stay where they were when others come or go', () => {
    const before = screensOf(['floor', 'plant', 'alarms'], plant(['a', 2]), 1);
    const after = screensOf(['floor', 'plant', 'alarms'], plant(['a', 12]), 0);
    expect(placeOf(after, 'plant', 1)).toBe(2);
    expect(placeOf(after, 'alarms', 2)).toBe(2);
    expect(placeOf(before, null, 0)).toBe(0);
    expect([turned(2, 1, 3), turned(0, -1, 3), turned(0, 1, 1)]).toEqual([0, 2, 0]);
  });
});

describe('the address of a board', () => {
  it('is read as it is written', () => {
    const settings = { pages: ['floor', 'alarms'] as const, turn: 30, group: '一廠/A線', theme: 'dark' as const };
    const written = writeBoardSearch({ ...settings, pages: [...settings.pages] });
    expect(written).toEqual({ pages: 'floor,alarms', turn: 30, group: '一廠/A線', theme: 'dark' });
    expect(readBoardSearch(written)).toEqual(settings);
    expect(writeBoardSearch(readBoardSearch({}))).toEqual({});
  });

  it.each([
    [{ pages: 'shop' }, { pages: ['floor', 'shift', 'plant', 'alarms'] }],
    [{ pages: 'alarms, floor' }, { pages: ['floor', 'alarms'] }],
    [{ pages: 3 }, { pages: ['floor', 'shift', 'plant', 'alarms'] }],
    [{ turn: 'fast' }, { turn: 15 }],
    [{ turn: 0 }, { turn: 5 }],
    [{ turn: 1e9 }, { turn: 600 }],
    [{ theme: 'pink' }, { theme: 'auto' }],
    [{ group: 3 }, { group: '3' }],
  ])('%j gives %j', (search, settings) => expect(readBoardSearch(search)).toMatchObject(settings));
});

const alarm = (id: string, over: Partial<Alarm> = {}): Alarm => ({
  id, machine: 'm', machine_name: 'm', group: '', signal: 's', code: '', text: '', level: 'fault', severity: 'high', from: '2024-03-14T06:00:00.000Z', to: null, duration_s: seconds(0), active: true, ack: null, ...over,
});

describe('a new alarm', () => {
  const first = watched(nothingSeen, [alarm('old')], 1000);

  it('is not one that stood when the board began', () => expect(first.fresh.size).toBe(0));

  it('holds the board until it is acknowledged', () => {
    const now = watched(first, [alarm('old'), alarm('new')], 2000);
    expect([...now.fresh.keys()]).toEqual(['new']);
    const ack = { t: '2024-03-14T06:01:00.000Z', who: '組長', note: null };
    expect(watched(now, [alarm('old'), alarm('new', { ack })], 3000).fresh.size).toBe(0);
  });

  it('holds it no longer once it is over, or everybody had time to see it', () => {
    const now = watched(first, [alarm('new')], 2000);
    expect(watched(now, [], 3000).fresh.size).toBe(0);
    expect(watched(now, [alarm('new')], 2000 + freshMsMost - 1).fresh.size).toBe(1);
    expect(watched(now, [alarm('new')], 2000 + freshMsMost).fresh.size).toBe(0);
  });

  it('that was seen by hand does not come back', () => {
    const now = released(watched(first, [alarm('new')], 2000));
    expect(watched(now, [alarm('new')], 3000).fresh.size).toBe(0);
  });

  it('that is a warning, or acknowledged already, does not hold it', () => {
    expect(watched(first, [alarm('w', { level: 'warning' })], 2000).fresh.size).toBe(0);
    expect(watched(first, [alarm('a', { ack: { t: '', who: '', note: null } })], 2000).fresh.size).toBe(0);
    expect(isCritical(alarm('w', { level: 'warning', severity: 'critical' }))).toBe(true);
  });

  it('keeps only what stands, in a week of alarms', () => {
    let watch = nothingSeen;
    for (let n = 0; n < 5000; ++n) watch = watched(watch, [alarm(`${n}`), alarm(`${n + 1}`)], n * 1000);
    expect(watch.seen!.size).toBe(2);
    expect(watch.fresh.size).toBeLessThanOrEqual(2);
  });

  it('stands first, then what nobody took on, warnings last', () => {
    const all = [alarm('warning', { level: 'warning' }), alarm('acked', { ack: { t: '', who: '', note: null } }), alarm('old'), alarm('later', { from: '2024-03-14T06:05:00.000Z' }), alarm('new')];
    expect(inOrderOfUrgency(all, new Map([['new', 1]])).map(({ id }) => id)).toEqual(['new', 'later', 'old', 'acked', 'warning']);
  });
});

describe('at night', () => {
  const same = { running: '/a.js', served: '/a.js', heap: 50e6, heapAtStart: 40e6 };
  it.each([
    ['nothing is new', {}, false],
    ['a newer program is served', { served: '/b.js' }, true],
    ['the box does not answer, whatever else', { served: null, heap: 1e9 }, false],
    ['memory ran away', { heap: 700e6 }, true],
    ['memory grew fourfold', { heap: 170e6 }, true],
    ['little memory grew fourfold', { heap: 90e6, heapAtStart: 10e6 }, false],
    ['the browser tells no memory', { heap: null, heapAtStart: null }, false],
    ['its own file is not known', { running: null }, false],
  ])('when %s', (_, change, reload) => expect(shouldReload({ ...same, ...change })).toBe(reload));

  it('the entry is what the page names', () => {
    expect(entryOf('<script type="module" crossorigin src="/assets/index-BqY0.js"></script>')).toBe('/assets/index-BqY0.js');
    expect(entryOf('<p>502 Bad Gateway</p>')).toBeNull();
  });
});

describe('a duration for five metres', () => {
  it.each([
    [0, '0 min 00 s'], [65, '1 min 05 s'], [3599, '59 min 59 s'], [3600, '1 h 00 min'], [86_399, '23 h 59 min'], [90_000, '1 d 1 h'], [-5, '0 min 00 s'],
  ])('%i seconds are %s', (duration, text) => expect(bigDuration(seconds(duration)).map(({ number, unit }) => `${number} ${unit}`).join(' ')).toBe(text));
});
