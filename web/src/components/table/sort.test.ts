import { describe, expect, it } from 'vitest';
import { nextSort, sorted, type SortValue } from './sort';

describe('a table', () => {
  it.each([
    [[3, null, 1], false, [1, 3, null]],
    [[3, null, 1], true, [3, 1, null]],
    [['機台 10', '機台 9', undefined], false, ['機台 9', '機台 10', undefined]],
    [[true, false], false, [false, true]],
  ] as [SortValue[], boolean, SortValue[]][])('%j, down %s, becomes %j', (values, down, expected) => expect(sorted(values, (value) => value, down)).toEqual(expected));

  it('equals keep their order', () => {
    const rows = [{ n: 1, at: 'a' }, { n: 1, at: 'b' }, { n: 0, at: 'c' }];
    expect(sorted(rows, ({ n }) => n, true).map(({ at }) => at)).toEqual(['a', 'b', 'c']);
  });

  it('a column goes up, down, and back to how the list came', () => {
    const up = nextSort(null, 'name');
    expect(up).toEqual({ column: 'name', down: false });
    const down = nextSort(up, 'name');
    expect(down).toEqual({ column: 'name', down: true });
    expect(nextSort(down, 'name')).toBeNull();
    expect(nextSort(down, 'state')).toEqual({ column: 'state', down: false });
  });
});
