// What the signals of the pretended plant said: worked out from what each machine did, so that a
// trend, a span and a raw row of the same time agree.

const cycleS = 47;

/** A number that looks random but is always the same for the same place. */
const noise = (place) => {
  const x = Math.sin(place * 12.9898) * 43758.5453;
  return x - Math.floor(x);
};

function itemAt(items, at) {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (items[middle].from <= at) low = middle + 1;
    else high = middle;
  }
  const item = items[low - 1];
  return item !== undefined && at < item.to ? item : undefined;
}

/** The value of a signal at a moment; null when nothing was known. */
export function valueAt(machine, signal, at) {
  const item = itemAt(machine.items, at);
  if (item === undefined || item.state === 'offline' || item.state === 'power_off') return null;
  const running = item.state === 'run';
  const second = Math.floor(at / 1000);
  const phase = (second % cycleS) / cycleS;
  const shake = noise(second) - 0.5;
  switch (signal.role) {
    case 'run': return running;
    case 'lamp_red': return item.state === 'alarm' || item.state === 'estop';
    case 'lamp_yellow': return !running;
    case 'execution': return running ? 'ACTIVE' : item.state === 'hold' ? 'FEED_HOLD' : 'READY';
    case 'mode': return item.state === 'manual' ? 'MANUAL' : 'AUTOMATIC';
    case 'program': return item.detail.program || 'O1234 BRACKET-L';
    case 'tool': return `T${1 + (Math.floor(second / 90) % 12)}`;
    case 'part_count': case 'good_count': case 'scrap_count': return Math.floor(second / 60) % 50_000;
    case 'power': return Math.max(0.3, machine.power * ((running ? 0.45 + 0.25 * Math.sin(phase * 6.28) : 0.12) + 0.08 * shake));
    case 'spindle_speed': return running ? 6000 + 2000 * Math.round(phase * 2) + 30 * shake : 0;
    case 'spindle_load': return running ? Math.max(0, 35 + 30 * Math.sin(phase * 6.28) + 12 * shake) : 0;
    case 'temperature': return 24 + 17 * (0.5 - 0.5 * Math.cos(((second % 86_400) / 86_400) * 6.28)) + shake;
    default: return signal.type === 'condition' ? (item.state === 'alarm' ? `FAULT\u001f${item.detail.alarm_code}\u001f\u001f${item.detail.alarm_text}` : 'NORMAL') : null;
  }
}

const rawStepMs = 1000;
const spanStepMs = 1000;
const probesMax = 60_000;

export default ({ plant, clock, iso }) => {
  const asked = (query) => {
    const [id, name] = (query.get('signal') ?? '').split('/');
    const machine = plant.find((each) => each.id === id);
    const signal = machine?.signals.find((each) => each.id === name);
    const from = Date.parse(query.get('from'));
    const to = Math.min(Date.parse(query.get('to')), clock());
    return signal && from < to ? { machine, signal, from, to } : null;
  };

  function slices({ machine, signal, from, to }, points) {
    const step = (to - from) / points;
    const probes = Math.min(12, Math.max(1, Math.ceil(step / 1000)));
    return Array.from({ length: points }, (_, i) => {
      const values = [];
      for (let probe = 0; probe < probes; ++probe) {
        const value = valueAt(machine, signal, from + (i + probe / probes) * step);
        if (value !== null) values.push(Number(value));
      }
      const start = iso(Math.round(from + i * step));
      if (values.length === 0) return [start, null, null, null, null, 0];
      return [start, Math.min(...values), values.reduce((sum, each) => sum + each, 0) / values.length, Math.max(...values), values.at(-1), values.length];
    });
  }

  function spans({ machine, signal, from, to }, limit) {
    const items = [];
    const step = Math.max(spanStepMs, (to - from) / probesMax);
    for (let at = from; at < to; at += step) {
      const value = valueAt(machine, signal, at);
      const last = items.at(-1);
      if (last !== undefined && last.value === value) last.to = Math.min(to, at + step);
      else {
        if (items.length === limit) return { items, next: at };
        items.push({ from: at, to: Math.min(to, at + step), value, quality: value === null ? 'unavailable' : signal.quality ?? 'good' });
      }
    }
    return { items, next: null };
  }

  return [
    ['GET', /^\/history$/, (_, query) => {
      const found = asked(query);
      if (found === null) return { status: 422 };
      const points = Number(query.get('points') ?? 0);
      if (points > 0) return { columns: ['t', 'min', 'avg', 'max', 'last', 'count'], rows: slices(found, points), damaged_blocks: 0 };
      const limit = Number(query.get('limit') ?? 10_000);
      const rows = [];
      let at = Number(query.get('cursor') ?? Math.ceil(found.from / rawStepMs) * rawStepMs);
      for (; at < found.to && rows.length < limit; at += rawStepMs) {
        const value = valueAt(found.machine, found.signal, at);
        if (value !== null) rows.push([`${iso(at).slice(0, -1)}000Z`, value, found.signal.quality]);
        else {
          const item = itemAt(found.machine.items, at);
          if (item !== undefined && item.to < found.to) at = Math.ceil(item.to / rawStepMs) * rawStepMs - rawStepMs;
          else break;
        }
      }
      return { columns: ['t', 'v', 'q'], rows, next_cursor: rows.length === limit && at < found.to ? String(at) : null, damaged_blocks: 0 };
    }],
    ['GET', /^\/history\/spans$/, (_, query) => {
      const found = asked(query);
      if (found === null) return { status: 422 };
      const { items, next } = spans(found, Number(query.get('limit') ?? 2000));
      return { items: items.map((item) => ({ ...item, from: iso(Math.round(item.from)), to: iso(Math.round(item.to)) })), next: next === null ? null : iso(Math.round(next)) };
    }],
  ];
};
