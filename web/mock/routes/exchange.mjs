// Values of the pretended plant out as files, and back in. Only CSV holds what it says; the other
// forms are a line about themselves.

import { valueAt } from './signals.mjs';

const rowsMax = 50_000;
const types = { csv: 'text/csv; charset=utf-8', xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', xml: 'application/xml', jsonl: 'application/jsonl', bin: 'application/octet-stream' };

export default ({ plant, clock, iso }) => {
  const find = (name) => {
    const [id, ...rest] = name.split('/');
    const machine = plant.find((each) => each.id === id);
    const signal = machine?.signals.find((each) => each.id === rest.join('/'));
    return signal === undefined ? null : { machine, signal };
  };

  function csv(found, from, to) {
    const step = Math.max(1000, Math.ceil(((to - from) * found.length) / rowsMax / 1000) * 1000);
    const lines = ['machine,signal,t,value,quality,unit,type'];
    for (const { machine, signal } of found)
      for (let at = Math.ceil(from / step) * step; at < to; at += step) {
        const value = valueAt(machine, signal, at);
        if (value !== null) lines.push([machine.id, signal.id, iso(at), value, signal.quality, signal.unit ?? '', typeof value === 'number' ? 'real' : typeof value === 'boolean' ? 'bool' : 'text'].join(','));
      }
    return `\ufeff${lines.join('\r\n')}\r\n`;
  }

  /** As far as a pretended plant reads: a line is `machine,signal,t,value`. */
  function read(text, dry, otherwise, wanted) {
    const names = new Map();
    const signals = new Map();
    const problems = [];
    let rows = 0;
    text.replace(/^\ufeff/, '').split(/\r?\n/).slice(1).forEach((line, place) => {
      if (line === '') return;
      const [named, signalCalled, time = '', value] = line.split(',');
      const called = `${named === '' ? otherwise : named}/${signalCalled}`;
      const [machine, signal] = (wanted.get(called) ?? called).split('/');
      const there = plant.some(({ id }) => id === machine);
      names.set(called, { name: called, machine: there ? machine : null, signal: there ? signal : null, rows: (names.get(called)?.rows ?? 0) + 1 });
      const at = Date.parse(time);
      if (Number.isNaN(at)) return void problems.push({ line: place + 2, what: `「${time.slice(0, 40)}」不是時間；請寫成 2024-03-14T08:00:00+08:00` });
      if (value === undefined) return void problems.push({ line: place + 2, what: '少了數值；一列要有設備、點位、時間、數值' });
      if (!there) return void problems.push({ line: place + 2, what: `沒有設備「${machine}」` });
      const name = `${machine}/${signal}`;
      const known = signals.get(name) ?? { machine, signal, rows: 0, first: at, last: at, new: find(name) === null };
      signals.set(name, { ...known, rows: known.rows + 1, first: Math.min(known.first, at), last: Math.max(known.last, at) });
      ++rows;
    });
    return { rows, names: [...names.values()], signals: [...signals.values()].map((each) => ({ ...each, first: iso(each.first), last: iso(each.last) })), problems, problem_count: problems.length, taken: dry ? 0 : rows, known: 0 };
  }

  return [
    ['GET', /^\/export$/, (_, query) => {
      const found = query.getAll('signal').flatMap((name) => (name.endsWith('/*') ? (plant.find(({ id }) => `${id}/*` === name)?.signals ?? []).map(({ id }) => find(`${name.slice(0, -1)}${id}`)) : [find(name)]));
      const format = query.get('format') ?? 'csv';
      const from = Date.parse(query.get('from'));
      const to = Math.min(Date.parse(query.get('to')), clock());
      if (found.length === 0 || found.includes(null) || !(from < to) || types[format] === undefined) return { status: 422 };
      const stamp = (at) => iso(at + 8 * 3_600_000).slice(0, 16).replace(/[-:]/g, '').replace('T', '-');
      const bytes = format === 'csv' ? csv(found, from, to) : `pretended ${format} of ${found.length} signals\n`;
      return { file: `spindle_${stamp(from)}_${stamp(to)}.${format}`, type: types[format], bytes };
    }],
    ['POST', /^\/import$/, (_, query, body) => {
      const text = body.toString();
      if (query.get('format') !== 'csv') return { status: 422, title: 'Invalid input', detail: `第 1 列：這不是 ${query.get('format')} 檔` };
      return read(text, query.get('dry_run') !== 'false', query.get('machine') ?? '', new Map(query.getAll('map').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)])));
    }],
  ];
};
