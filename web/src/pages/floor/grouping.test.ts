import { describe, expect, it } from 'vitest';
import type { Machine } from '../../api/types';
import { arranged, countsOf, entryOf, matches, rankOf } from './grouping';
import { readFloorSearch } from './search';
import { machineStates } from '../../state/states';
import { columnsOf } from './use_columns';

const machine = (id: string, name: string, group: string, state = 'run', detail = {}) =>
  entryOf({ id, name, group, state, detail } as Machine);

const floor = [
  machine('vmc-10', '立式加工機 10', '一廠/A線'),
  machine('vmc-2', '立式加工機 2', '一廠/A線', 'offline', { program: 'O1234' }),
  machine('press-1', '沖床 1', '二廠', 'alarm', { work_order: 'WO-77' }),
  machine('saw', '鋸床', ''),
];

describe('the floor', () => {
  it('groups by path and counts 2 before 10', () => {
    expect(arranged(floor, 'place').map(({ path, items }) => [path, items.map(({ id }) => id)])).toEqual([
      ['', ['saw']],
      ['一廠/A線', ['vmc-2', 'vmc-10']],
      ['二廠', ['press-1']],
    ]);
  });

  it('puts trouble first, among groups and inside them', () => {
    expect(arranged(floor, 'trouble').map(({ path, items }) => [path, items.map(({ id }) => id)])).toEqual([
      ['二廠', ['press-1']],
      ['一廠/A線', ['vmc-2', 'vmc-10']],
      ['', ['saw']],
    ]);
  });

  it('by name is one list of all', () => {
    const [all, ...others] = arranged(floor, 'name');
    expect(others).toEqual([]);
    expect(new Set(all!.items.map(({ id }) => id))).toEqual(new Set(['saw', 'press-1', 'vmc-2', 'vmc-10']));
    expect(arranged([], 'name')).toEqual([]);
  });

  it('ranks every state, and what nobody knows of above what waits', () => {
    expect(new Set(machineStates.map(rankOf)).size).toBe(machineStates.length);
    expect(rankOf('offline')).toBeLessThan(rankOf('idle'));
  });

  it('counts states in the order of urgency and hides none that is there', () => {
    expect(countsOf(floor)).toEqual([
      { state: 'alarm', count: 1 },
      { state: 'run', count: 2 },
      { state: 'offline', count: 1 },
    ]);
  });

  it.each([
    ['', 4], ['加工機', 2], ['VMC', 2], ['o1234', 1], ['wo-77', 1], ['一廠 2', 1], ['a線 saw', 0], ['   ', 4],
  ])('the search %j finds %i', (search, count) => {
    expect(floor.filter((each) => matches(each, search))).toHaveLength(count);
  });
});

describe('the address of the floor', () => {
  it('keeps what makes sense', () => {
    const search = { q: 'vmc', state: 'alarm', group: '一廠', sort: 'trouble', view: 'rows', closed: ['二廠'] };
    expect(readFloorSearch(search)).toEqual(search);
  });

  it.each([
    [{ state: 'dancing', sort: 'colour', view: 'wall', closed: '一廠' }],
    [{ sort: 'place', q: '', group: null }],
    [{ closed: [1, null] }],
  ])('leaves out %j', (search) => expect(readFloorSearch(search)).toEqual({}));
});

describe('columns', () => {
  it.each([[366, 16, 1], [700, 16, 2], [1392, 16, 4], [1847, 19, 5], [0, 16, 1]])(
    'a floor %i px wide with %i px letters has %i',
    (width, rem, columns) => expect(columnsOf(width, rem)).toBe(columns),
  );
});
