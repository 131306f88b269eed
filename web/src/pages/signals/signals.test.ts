import { describe, expect, it } from 'vitest';
import type { Machine } from '../../api/types';
import { instant, instantOf } from '../../api/units';
import { byteOrderMark, csvCell, csvLine, fileName, slicesCsv, zonedTime } from './csv';
import { foundSignals, listRows } from './listing';
import { signalsSearch, signalsView } from './search';

const signal = (id: string, role: string, unit: string) => ({ id, type: 'float64', role, unit, address: `hr:${id.length}`, value: 1, t: null, quality: null });
const machines = [
  { id: 'vmc-1', name: '立式加工機 1', group: '一廠/A線', signals: [signal('load', 'spindle_load', '%'), signal('power', 'power', 'kW')] },
  { id: 'oven-1', name: '熱處理爐 1', group: '二廠', signals: [signal('temp', 'temperature', '°C')] },
] as unknown as Machine[];
const roles = (role: string | null) => ({ spindle_load: '主軸負載', power: '功率', temperature: '溫度' })[role ?? ''] ?? '';
const found = (query: string) => listRows(machines, query, roles).flatMap((row) => (row.kind === 'signal' ? [row.name] : []));

describe('searching signals', () => {
  it.each([
    ['', ['vmc-1/load', 'vmc-1/power', 'oven-1/temp']],
    ['POWER', ['vmc-1/power']],
    ['主軸', ['vmc-1/load']],
    ['kw', ['vmc-1/power']],
    ['熱處理', ['oven-1/temp']],
    ['一廠 功率', ['vmc-1/power']],
    ['ＶＭＣ', ['vmc-1/load', 'vmc-1/power']],
    ['nothing like it', []],
  ])('%j finds %j', (query, names) => expect(found(query)).toEqual(names));

  it('a machine without a hit has no heading', () => {
    expect(listRows(machines, '溫度', roles).map((row) => (row.kind === 'machine' ? `${row.id} ${row.count}` : row.name))).toEqual(['oven-1 1', 'oven-1/temp']);
  });

  it('chosen signals that are no more are passed over', () => {
    expect(foundSignals(machines, ['oven-1/temp', 'gone/temp', 'vmc-1/gone', 'vmc-1/load']).map(({ name }) => name)).toEqual(['oven-1/temp', 'vmc-1/load']);
  });
});

describe('the address', () => {
  it.each([
    [{}],
    [{ s: 'vmc-1/load,vmc-2/load', norm: 1, panels: 1, view: 'raw', of: 'vmc-2/load', q: '主軸', window: '7d' }],
    [{ s: 'a/b', from: '2024-03-14T00:00:00.000Z', to: '2024-03-14T01:00:00.000Z' }],
    [{ s: 'a/b', shift: '2024-03-14T00:00:00.000Z' }],
  ])('%j leads back to itself', (search) => expect(signalsSearch(signalsView(search))).toEqual(search));

  it.each([
    [{ s: 5 }, {}],
    [{ s: 'no slash,/x,x/, ,a b/c' }, {}],
    [{ s: 'a/b,a/b' }, { s: 'a/b' }],
    [{ s: 'a/b', of: 'c/d', view: 'pie', norm: 'perhaps' }, { s: 'a/b' }],
    [{ q: null, window: 'century' }, {}],
    [{ s: Array.from({ length: 20 }, (_, i) => `m/s${i}`).join(',') }, { s: 'm/s0,m/s1,m/s2,m/s3,m/s4,m/s5,m/s6,m/s7' }],
  ])('%j is read as %j', (search, address) => expect(signalsSearch(signalsView(search))).toEqual(address));
});

describe('CSV', () => {
  it.each([
    [null, ''],
    ['plain', 'plain'],
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\nlines', '"two\nlines"'],
    ['=1+1', "'=1+1"],
    ['+886', "'+886"],
    ['-cmd', "'-cmd"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['=HYPERLINK("x","y")', '"\'=HYPERLINK(""x"",""y"")"'],
    [-12.5, '-12.5'],
    [Number.NaN, ''],
    [true, 'true'],
    ['主軸', '主軸'],
  ])('%j is written %j', (cell, text) => expect(csvCell(cell)).toBe(text));

  it('lines end as RFC 4180 says', () => expect(csvLine(['a', 1, null])).toBe('a,1,\r\n'));

  it.each([
    ['2024-03-14T00:00:00.005Z', 'Asia/Taipei', '2024-03-14T08:00:00.005+08:00'],
    ['2024-01-01T00:00:00.000Z', 'America/New_York', '2023-12-31T19:00:00.000-05:00'],
    ['2024-07-01T00:00:00.000Z', 'Asia/Kolkata', '2024-07-01T05:30:00.000+05:30'],
    ['2024-07-01T00:00:00.000Z', 'UTC', '2024-07-01T00:00:00.000+00:00'],
  ])('%s at %s is %s', (at, zone, text) => expect(zonedTime(instantOf(at), zone)).toBe(text));

  it('the points of a chart have three columns a line, and nothing where nothing was known', () => {
    const at = instantOf('2024-03-14T00:00:00Z');
    const slices = { at: Float64Array.of(at, at + 1000, at + 2000), sliceMs: 1000, min: Float64Array.of(1, NaN, 9), avg: Float64Array.of(2, NaN, 9), max: Float64Array.of(3, NaN, 9) };
    const text = slicesCsv([{ id: 'vmc-1/power', label: '', unit: 'kW', slices, place: 0 }], { from: at, to: instant(at + 2000) }, 'Asia/Taipei');
    expect(text).toBe(
      `${byteOrderMark}time,vmc-1/power min [kW],vmc-1/power avg [kW],vmc-1/power max [kW]\r\n` +
        '2024-03-14T08:00:00.000+08:00,1,2,3\r\n2024-03-14T08:00:01.000+08:00,,,\r\n',
    );
  });

  it('a file says of when it is', () => {
    expect(fileName('raw', { from: instantOf('2024-03-14T00:00:00Z'), to: instantOf('2024-03-14T09:05:00Z') }, 'Asia/Taipei', 'csv')).toBe('raw_20240314-0800_20240314-1705.csv');
  });
});
