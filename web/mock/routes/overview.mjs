// Shifts and the overview of the pretended plant: a day shift on every day but Sunday.

import { planOf, startOfDay, zoneOffsetMs } from '../plant.mjs';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const dateOf = (day, iso) => iso(day + zoneOffsetMs).slice(0, 10);
const isSunday = (day) => new Date(day + zoneOffsetMs).getUTCDay() === 0;

export function shiftOf(day, iso) {
  const at = (hour) => iso(day + hour * hourMs);
  return { name: '日班', business_date: dateOf(day, iso), from: at(8), to: at(17), breaks: [{ from: at(12), to: at(13) }] };
}

export default ({ plant, clock, iso, timezone, clipped, figuresOf, isEmpty }) => {
  const shiftsBetween = (from, to) => {
    const found = [];
    for (let day = startOfDay(from) - dayMs; day < to; day += dayMs)
      if (!isSunday(day) && day + 8 * hourMs < to && day + 17 * hourMs > from) found.push(shiftOf(day, iso));
    return found;
  };

  const plannedMs = (from, to) => planOf(from, to).reduce((sum, [a, b]) => sum + b - a, 0);
  const targetOf = (machine, from, to) => (machine.ideal ? plannedMs(from, to) / 1000 / machine.ideal : null);
  const partsOf = (machine, from, to) => machine.parts.filter((at) => at >= from && at < to).length * machine.partsEach;

  function hoursOf(machine, from, to, now) {
    const hours = [];
    for (let at = from; at < to; ) {
      const end = Math.min(to, (Math.floor(at / hourMs) + 1) * hourMs);
      hours.push({ from: iso(at), to: iso(end), parts: at >= now ? null : partsOf(machine, at, Math.min(end, now)), target: targetOf(machine, at, end) });
      at = end;
    }
    return hours;
  }

  function rowOf(machine, from, to, now, query) {
    const until = Math.min(to, now);
    const figures = figuresOf(machine, from, until, query.get('lang') ?? 'zh-TW');
    const target = machine.ideal ? { now: targetOf(machine, from, until), window: targetOf(machine, from, to) } : null;
    const { availability, availability_known, coverage, utilization, state_s, why } = figures;
    const parts = { ...figures.parts, total: figures.parts.total + (to > now ? (machine.extra ?? 0) : 0) };
    return {
      id: machine.id, name: machine.name, group: machine.group, ideal_cycle_s: machine.ideal ?? null,
      ...(query.get('states') === 'false' ? {} : { states: clipped(machine, from, until).map(({ state, ...span }) => ({ from: iso(span.from), to: iso(span.to), state })) }),
      hours: hoursOf(machine, from, to, now),
      parts, target, achievement: target && target.now > 0 ? parts.total / target.now : null,
      utilization, availability, availability_known, coverage, state_s, why,
    };
  }

  // Plain means: enough to look at.
  function sumsOf(path, rows) {
    const sum = (read) => rows.reduce((all, row) => all + (read(row) ?? 0), 0);
    const mean = (read) => (rows.length > 0 ? sum(read) / rows.length : null);
    const planned = rows.filter(({ target }) => target !== null);
    const target = planned.length > 0 ? { now: sum(({ target: each }) => each?.now), window: sum(({ target: each }) => each?.window) } : null;
    const made = planned.reduce((all, { parts }) => all + parts.total, 0);
    const state_s = {};
    for (const row of rows) for (const [state, time] of Object.entries(row.state_s)) state_s[state] = (state_s[state] ?? 0) + time;
    return {
      path, machines: rows.length, target_machines: planned.length, target, state_s,
      parts: { total: sum(({ parts }) => parts.total), good: null, scrap: null },
      achievement: target && target.now > 0 ? made / target.now : null,
      utilization: Object.fromEntries(['pbt', 'pot', 'powered', 'calendar'].map((name) => [name, mean(({ utilization }) => utilization[name])])),
      availability: mean(({ availability }) => availability), availability_known: mean(({ availability_known }) => availability_known), coverage: mean(({ coverage }) => coverage),
    };
  }

  function groupsOf(rows) {
    const paths = new Set(['*']);
    for (const { group } of rows) {
      const pieces = group.split('/');
      pieces.forEach((_, last) => group !== '' && paths.add(pieces.slice(0, last + 1).join('/')));
    }
    return [...paths].map((path) => sumsOf(path, rows.filter(({ group }) => path === '*' || group === path || group.startsWith(`${path}/`))));
  }

  return [
    ['GET', /^\/shifts$/, (_, query) => ({ always: false, items: shiftsBetween(Date.parse(query.get('from')), Date.parse(query.get('to'))) })],
    ['GET', /^\/shifts\/current$/, (_, query) => {
      const at = query.has('at') ? Date.parse(query.get('at')) : clock();
      const near = shiftsBetween(at - 4 * dayMs, at + 4 * dayMs);
      return {
        always: false,
        shift: near.find(({ from, to }) => Date.parse(from) <= at && at < Date.parse(to)) ?? null,
        previous: near.findLast(({ to }) => Date.parse(to) <= at) ?? null,
        next: near.find(({ from }) => Date.parse(from) > at) ?? null,
      };
    }],
    ['GET', /^\/overview$/, (_, query) => {
      const [from, to, now] = [Date.parse(query.get('from')), Date.parse(query.get('to')), clock()];
      if (!(from < to)) return { status: 422 };
      const group = query.get('group');
      const members = isEmpty() ? [] : plant.filter((each) => group === null || each.group === group || each.group.startsWith(`${group}/`));
      const rows = members.map((machine) => rowOf(machine, from, to, now, query));
      return { from: iso(from), to: iso(to), now: iso(now), timezone, machines: rows, groups: groupsOf(rows) };
    }],
  ];
};
