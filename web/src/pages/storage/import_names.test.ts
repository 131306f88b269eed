import { describe, expect, it } from 'vitest';
import { complete, nameRows, sameNames, signalsOf, withName } from './import_names';

const found = [
  { name: 'vmc-1/load', machine: 'vmc-1', signal: 'load', rows: 5 },
  { name: 'M7/kW', machine: null, signal: null, rows: 3 },
  { name: '/power', machine: null, signal: null, rows: 1 },
];

describe('the names of a file', () => {
  it('that have no place come first, and no more than can be looked through', () => {
    expect(nameRows(found, {}, 50).map(({ name }) => name)).toEqual(['M7/kW', '/power', 'vmc-1/load']);
    expect(nameRows(found, {}, 2)).toHaveLength(2);
  });

  it('go where the box found them unless another place is wanted', () => {
    const rows = nameRows(found, { 'M7/kW': 'vmc-2/power' }, 50);
    expect(rows.map(({ chosen }) => `${chosen.machine}/${chosen.signal}`)).toEqual(['vmc-2/power', '/', 'vmc-1/load']);
  });

  it('are wanted elsewhere, half said for a while, and left as they are again', () => {
    const half = withName({}, 'M7/kW', 'vmc-2', '');
    expect(nameRows(found, half, 1)[0]?.chosen).toEqual({ machine: 'vmc-2', signal: '' });
    expect(complete(half)).toEqual({});
    const whole = withName(half, 'M7/kW', 'vmc-2', 'power');
    expect(complete(whole)).toEqual({ 'M7/kW': 'vmc-2/power' });
    expect(withName(whole, 'M7/kW', '', '')).toEqual({});
  });

  it('are the same only with the same places', () => {
    expect(sameNames({}, {})).toBe(true);
    expect(sameNames({ a: 'x/y' }, { a: 'x/y' })).toBe(true);
    expect(sameNames({ a: 'x/y' }, { a: 'x/z' })).toBe(false);
    expect(sameNames({ a: 'x/y' }, { b: 'x/y' })).toBe(false);
    expect(sameNames({ a: 'x/y' }, {})).toBe(false);
  });

  it('offer no signals of a machine that is not there', () => expect(signalsOf([], 'x')).toEqual([]));
});
