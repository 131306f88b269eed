// Alarms: each time a machine stood with a fault, warnings of its own besides, and what a test raised.

import { chance, startOfDay } from '../plant.mjs';

const dayMs = 86_400_000;
const warnings = [
  { code: '3012', text: '切削液液位偏低' },
  { code: '3050', text: '空壓壓力偏低' },
  { code: '', text: '' },
  { code: '3107', text: '刀具壽命即將到期：T12' },
];

export default ({ plant, clock, iso, publish }) => {
  const acks = new Map();
  const began = clock();

  /** One or two warnings a day, the same ones in each run; some machines have one that still stands. */
  function warningsOf(machine, place) {
    const next = chance(5000 + place);
    const all = [];
    for (let day = startOfDay(began - 31 * dayMs); day < began; day += dayMs)
      for (let i = 0; i < 1 + Math.floor(next() * 2); ++i) {
        const from = day + Math.round((8 + next() * 9) * 3_600_000);
        const to = from + Math.round(next() * 40 * 60_000);
        const { code, text } = warnings[Math.floor(next() * warnings.length)];
        if (to < began) all.push({ from, to, code, text, level: 'warning', signal: 'coolant' });
      }
    if (place % 6 === 4) all.push({ from: began - (20 + place) * 60_000, to: Infinity, ...warnings[place % 2], level: 'warning', signal: 'coolant' });
    return all;
  }
  const warned = new Map(plant.map((machine, place) => [machine.id, warningsOf(machine, place)]));

  function* alarmsOf(machine) {
    if (machine.calm) return yield* machine.raised;
    for (const { from, to, state, detail } of machine.items ?? [])
      if (state === 'alarm' || state === 'estop')
        yield { from, to, code: detail.alarm_code, text: detail.alarm_text, level: 'fault', signal: 'system' };
    yield* warned.get(machine.id) ?? []; // one that was added since has none
    yield* machine.raised ?? [];
  }

  function documentOf(machine, { from, to, code, text, level, signal }) {
    const now = clock();
    const id = `${machine.id}.${from}.${signal}.${code}`;
    const active = to > now;
    return {
      id, machine: machine.id, machine_name: machine.name, group: machine.group, signal, code, text, level, severity: '',
      from: iso(from), to: active ? null : iso(to), duration_s: (Math.min(to, now) - from) / 1000, active, ack: acks.get(id) ?? null,
    };
  }

  function found(query) {
    const [machine, group, level] = ['machine', 'group', 'level'].map((name) => query.get(name));
    const from = Date.parse(query.get('from') ?? '') || 0;
    const to = Date.parse(query.get('to') ?? '') || Infinity;
    const all = [];
    for (const each of plant) {
      if (machine !== null && each.id !== machine) continue;
      if (group !== null && each.group !== group && !each.group.startsWith(`${group}/`)) continue;
      for (const alarm of alarmsOf(each))
        if (alarm.from < to && alarm.to > from && (level === null || alarm.level === level)) all.push({ machine: each, ...alarm });
    }
    return all.sort((a, b) => b.from - a.from);
  }

  function list(query) {
    const all = found(query);
    const now = clock();
    const standing = all.filter(({ to }) => to > now);
    const active = query.get('active');
    const chosen = active === null ? all : active === 'true' ? standing : all.filter(({ to }) => to <= now);
    const start = Number(query.get('cursor') ?? 0);
    const end = start + Number(query.get('limit') ?? 100);
    const documents = (some) => some.map(({ machine, ...alarm }) => documentOf(machine, alarm));
    return {
      items: documents(chosen.slice(start, end)),
      next_cursor: end < chosen.length ? String(end) : null,
      counts: { active: standing.length, unacknowledged: documents(standing).filter(({ ack }) => ack === null).length },
    };
  }

  function summary(query) {
    const [from, to] = [Date.parse(query.get('from')), Math.min(Date.parse(query.get('to')), clock())];
    const sums = new Map();
    for (const { machine, code, text, level, from: start, to: end } of found(query)) {
      const key = `${machine.id} ${code}`;
      const sum = sums.get(key) ?? { machine: machine.id, machine_name: machine.name, code, text, level, count: 0, duration_s: 0 };
      sum.count += 1;
      sum.duration_s += (Math.min(end, to) - Math.max(start, from)) / 1000;
      sums.set(key, sum);
    }
    const by = query.get('by') === 'time' ? 'duration_s' : 'count';
    return { items: [...sums.values()].sort((a, b) => b[by] - a[by]) };
  }

  function acknowledge(id, ack) {
    for (const machine of plant)
      for (const alarm of alarmsOf(machine)) {
        if (documentOf(machine, alarm).id !== id) continue;
        if (ack === null) acks.delete(id);
        else acks.set(id, ack);
        const now = documentOf(machine, alarm);
        publish('alarm', now);
        return now;
      }
    return null;
  }

  return [
    ['GET', /^\/alarms$/, (_, query) => list(query)],
    ['GET', /^\/alarms\/summary$/, (_, query) => summary(query)],
    ['POST', /^\/alarms\/([^/]+)\/ack$/, ([, id], _, body) => acknowledge(decodeURIComponent(id), { t: iso(clock()), who: '值班人員', note: body?.note ?? null })],
    ['DELETE', /^\/alarms\/([^/]+)\/ack$/, ([, id]) => acknowledge(decodeURIComponent(id), null)],
  ];
};
