import { describe, expect, it } from 'vitest';
import { cellsOf, pastedRows } from './paste_table';
import { suggestedRoles, takeOver } from './browse';
import { suggestRole } from '../roles';

const words: Record<string, string> = { part_count: '生產數', run: '加工中訊號' };
const rows = (text: string, protocol: 'modbus-tcp' | 'shdr' = 'modbus-tcp', taken: string[] = []) => pastedRows(text, protocol, taken, (role) => words[role] ?? role);
const wrongOf = (text: string, taken: string[] = []) => rows(text, 'modbus-tcp', taken)[0]!.wrong.map(([field]) => field);

describe('rows of a spreadsheet', () => {
  it('are split at tabs, commas or semicolons, quotes as spreadsheets write them', () => {
    expect(cellsOf('a\tb\r\nc\td\n')).toEqual([['a', 'b'], ['c', 'd']]);
    expect(cellsOf('"a, b",c\n"say ""hi""",d')).toEqual([['a, b', 'c'], ['say "hi"', 'd']]);
    expect(cellsOf('a;b\n1;2')).toEqual([['a', 'b'], ['1', '2']]);
    expect(cellsOf('\uFEFFid,address')).toEqual([['id', 'address']]);
    expect(cellsOf('\n \n')).toEqual([]);
  });

  it('follow their headings in any order, in either language', () => {
    const [row] = rows('位址\t用途\t名稱（英文）\t型別\nhr:10\t生產數\tparts\tDWORD');
    expect(row!.signal).toMatchObject({ id: 'parts', address: 'hr:10', role: 'part_count', type: 'uint32' });
    expect(row!.wrong).toEqual([]);
  });

  it('are in the usual order without headings', () => {
    expect(rows('power,ir:20,float32,power,kW,0.1,0,cdab,5000')[0]!.signal).toMatchObject({ id: 'power', address: 'ir:20', type: 'float32', role: 'power', unit: 'kW', scale: '0.1', offset: '0', order: 'CDAB', poll_ms: '5000' });
  });

  it('know the words of PLC programmers', () => {
    expect(rows('a,hr:0,REAL\nb,hr:2,Boolean\nc,hr:3,WORD').map(({ signal }) => signal.type)).toEqual(['float32', 'bool', 'uint16']);
  });

  it('are each told what is wrong with them', () => {
    expect(wrongOf('溫度,hr:1')).toEqual(['id']);
    expect(wrongOf('t,40001')).toEqual(['address']);
    expect(wrongOf('t,hr:1,complex')).toEqual(['type']);
    expect(wrongOf('t,hr:1,bool,part_count')).toEqual(['type']);
    expect(wrongOf('t,hr:1,uint16,banana')).toEqual(['role']);
    expect(wrongOf('t,hr:1,uint16,,,x')).toEqual(['scale']);
    expect(wrongOf('t,hr:1', ['t'])).toEqual(['id']);
  });

  it('may not name a signal twice', () => {
    expect(rows('a,hr:1\na,hr:2').map(({ wrong }) => wrong.length)).toEqual([0, 1]);
  });

  it('need no address where the name is one', () => expect(rows('execution', 'shdr')[0]!.wrong).toEqual([]));
});

describe('what a device offers', () => {
  const offer = (id: string, type = 'float64', role: string | null = null, unit: string | null = null) => ({ id, address: id, type, role, unit, value: null, quality: null });

  it('gets roles by the names makers use', () => {
    const said: [string, string, string][] = [
      ['PartCountAct', 'int64', 'part_count'], ['part_count', 'float64', 'part_count'], ['execution', 'text', 'execution'], ['estop', 'text', 'estop'], ['Srpm', 'float64', 'spindle_speed'], ['spindle_load', 'float64', 'spindle_load'],
      ['GoodCount', 'text', ''], ['lamp_green', 'bool', 'lamp_green'], ['綠燈', 'bool', 'lamp_green'], ['watts', 'float64', 'power'], ['system', 'condition', ''], ['coolant', 'float64', ''],
    ];
    for (const [name, type, role] of said) expect(suggestRole(name, type), name).toBe(role);
  });

  it('gives a role once, since two part counts would count twice', () => {
    const roles = suggestedRoles([offer('part_count'), offer('part_count_2', 'float64', 'part_count'), offer('temp_1'), offer('temp_2')], new Set());
    expect([...roles]).toEqual([['part_count', 'part_count'], ['temp_1', 'temperature'], ['temp_2', 'temperature']]);
    expect(suggestedRoles([offer('part_count')], new Set(['part_count'])).size).toBe(0);
  });

  it('is taken over with ids the plant file knows, and power in kW', () => {
    const offers = [offer('x pos[1]'), offer('x pos[1]'), offer('watts', 'float64', null, 'W')];
    const taken = takeOver(offers, new Map([['watts', 'power']]), ['x_pos_1']);
    expect(taken.map(({ id }) => id)).toEqual(['x_pos_1_2', 'x_pos_1_3', 'watts']);
    expect(taken[2]).toMatchObject({ role: 'power', scale: '0.001', unit: 'kW' });
  });
});
