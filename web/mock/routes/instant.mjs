// What was known of a machine at a moment, and what a person booked.

import { startOfDay } from '../plant.mjs';
import { valueAt } from './signals.mjs';

export default ({ plant, clock, iso, publish }) => {
  const find = (id) => plant.find((machine) => machine.id === decodeURIComponent(id));

  function known(machine, at) {
    const item = machine.items.find(({ from, to }) => from <= at && at < to);
    const lane = (value) => (value ? { value, from: iso(item.from) } : null);
    const alarm = item && (item.state === 'alarm' || item.state === 'estop');
    return {
      t: iso(at),
      state: item ? { from: iso(item.from), to: item.to > clock() ? null : iso(item.to), state: item.state, physical: item.state, booked: null, detail: item.detail } : null,
      lanes: item ? { program: lane(item.detail.program), operator: lane(item.detail.operator), work_order: lane(item.detail.work_order) } : {},
      alarms: alarm
        ? [{ id: `${machine.id}-${item.from}`, machine: machine.id, machine_name: machine.name, group: machine.group, signal: 'system', code: item.detail.alarm_code, text: item.detail.alarm_text, level: 'fault', severity: '', from: iso(item.from), to: null, duration_s: (at - item.from) / 1000, active: true, ack: null }]
        : [],
      signals: machine.signals.map((signal) => {
        const value = valueAt(machine, signal, at);
        const t = value === null ? (item?.from ?? null) : Math.floor(at / 1000) * 1000;
        return { id: signal.id, role: signal.role, unit: signal.unit, type: signal.type, value, t: t === null ? null : iso(t), quality: value === null ? 'unavailable' : signal.quality, age_s: t === null ? null : (at - t) / 1000 };
      }),
      parts: { since: iso(startOfDay(at)), total: machine.parts.filter((each) => each >= startOfDay(at) && each <= at).length * machine.partsEach },
    };
  }

  return [
    ['GET', /^\/machines\/([^/]+)\/at$/, ([, id], query) => {
      const machine = find(id);
      const at = Date.parse(query.get('t'));
      if (machine === undefined) return null;
      return Number.isNaN(at) ? { status: 422 } : known(machine, Math.min(at, clock()));
    }],
    ['POST', /^\/machines\/([^/]+)\/bookings$/, ([, id], query, body) => {
      const machine = find(id);
      if (machine === undefined) return null;
      if (body?.state !== 'setup' && body?.state !== 'maint') return { status: 422 };
      machine.booked = { state: body.state, reason: body.reason ?? null, since: iso(clock()), who: '' };
      machine.physical = machine.state;
      move(machine, body.state);
      return { booked: machine.booked };
    }],
    ['DELETE', /^\/machines\/([^/]+)\/bookings$/, ([, id]) => {
      const machine = find(id);
      if (machine === undefined) return null;
      if (machine.booked) move(machine, machine.physical);
      machine.booked = null;
      return {};
    }],
  ];

  function move(machine, state) {
    const at = clock();
    const last = machine.items.at(-1);
    last.to = at;
    machine.items.push({ from: at, to: Infinity, state, detail: last.detail });
    machine.state = state;
    publish('state', { machine: machine.id, state, physical: machine.physical, since: iso(at), detail: last.detail });
  }
};
