import { describe, expect, it } from 'vitest';
import type { LightStatus, Machine } from '../../api/types';
import { addressOf, byTrouble, connectionsSearch, has, matchesText, troubleOf } from './search';

function machine(id: string, lights: [LightStatus, LightStatus, LightStatus, LightStatus], quarantined: string[] = []): Machine {
  const [network, session, freshness, clock] = lights.map((status) => ({ status, age_s: null, error: null }));
  return { id, name: `機台 ${id}`, group: '一廠', connection: { protocol: 'shdr', endpoint: `shdr://10.0.0.${id.length}:7878`, error: null, lights: { network, session, freshness, clock }, quarantined } } as unknown as Machine;
}

const fine = machine('a', ['ok', 'ok', 'ok', 'ok']);
const cut = machine('bb', ['down', 'unknown', 'down', 'unknown']);
const off = machine('ccc', ['ok', 'ok', 'ok', 'warn']);
const refused = machine('dddd', ['ok', 'ok', 'ok', 'ok'], ['hr:400']);

describe('the address of the list', () => {
  it('is read with what is wrong left out', () => {
    expect(connectionsSearch({})).toEqual({ trouble: null, q: '' });
    expect(connectionsSearch({ trouble: 'banana', q: { x: 1 } })).toEqual({ trouble: null, q: '' });
    expect(connectionsSearch({ trouble: 'clock', q: 12 })).toEqual({ trouble: 'clock', q: '12' });
  });
  it('holds only what is chosen', () => expect(addressOf({ trouble: null, q: ' ' })).toEqual({}));
});

describe('trouble of a connection', () => {
  it('is called by its first light that is not well', () => expect([fine, cut, off, refused].map(troubleOf)).toEqual(['ok', 'network', 'clock', 'refused']));
  it('is found by each light that is not well', () => expect([has(cut, 'network'), has(cut, 'freshness'), has(cut, 'clock'), has(refused, 'refused'), has(refused, 'ok'), has(fine, 'ok')]).toEqual([true, true, false, true, false, true]));
  it('stands first', () => expect(byTrouble([fine, refused, off, cut]).map(({ id }) => id)).toEqual(['bb', 'ccc', 'dddd', 'a']));
});

it('words are looked for in name, id, group and address, all of them', () => {
  expect(matchesText(cut, '一廠 10.0.0.2')).toBe(true);
  expect(matchesText(cut, '一廠 10.0.0.9')).toBe(false);
  expect(matchesText(cut, '')).toBe(true);
});
