// The machines of the pretended plant, and what each did in the last 31 days. Every state occurs.

export const zoneOffsetMs = 8 * 3_600_000; // Asia/Taipei has no daylight saving time.
export const timezone = 'Asia/Taipei';
const dayMs = 86_400_000;
const minute = 60_000;

/** Repeatable chance (a linear congruential generator). */
export function chance(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

export const startOfDay = (at) => Math.floor((at + zoneOffsetMs) / dayMs) * dayMs - zoneOffsetMs;

/** Planned time: 08:00-12:00 and 13:00-17:00 every day. */
export function planOf(from, to) {
  const plan = [];
  for (let day = startOfDay(from); day < to; day += dayMs)
    for (const [start, end] of [[8, 12], [13, 17]]) {
      const piece = [Math.max(from, day + start * 3_600_000), Math.min(to, day + end * 3_600_000)];
      if (piece[1] > piece[0]) plan.push(piece);
    }
  return plan;
}

const definitions = [
  { id: 'vmc-1', name: '立式加工機 1', group: '一廠/A線', state: 'run', since: 47, protocol: 'shdr', ideal: 54, power: 15, good: true },
  { id: 'vmc-2', name: '立式加工機 2', group: '一廠/A線', state: 'idle', since: 12, protocol: 'shdr', ideal: 54, power: 15, good: true },
  { id: 'vmc-10', name: '立式加工機 10', group: '一廠/A線', state: 'alarm', since: 23, protocol: 'shdr', ideal: 54, power: 15, good: true },
  { id: 'lathe-1', name: '數控車床 1', group: '一廠/B線', state: 'run', since: 6, protocol: 'mtconnect', ideal: 42, power: 11, good: true },
  { id: 'lathe-2', name: '數控車床 2', group: '一廠/B線', state: 'setup', since: 34, protocol: 'mtconnect', ideal: 42, power: 11 },
  { id: 'lathe-3', name: '數控車床 3', group: '一廠/B線', state: 'hold', since: 4, protocol: 'mtconnect', ideal: 42, power: 11 },
  { id: 'grinder-1', name: '平面磨床 1', group: '一廠/B線', state: 'manual', since: 18, protocol: 'modbus-tcp', power: 5.5 },
  { id: 'press-1', name: '高速沖床 1', group: '二廠/沖壓', state: 'run', since: 0.4, protocol: 'modbus-tcp', ideal: 1.2, power: 30, fast: true },
  { id: 'press-2', name: '沖床 2', group: '二廠/沖壓', state: 'wait', since: 9, protocol: 'modbus-tcp', power: 22 },
  { id: 'press-3', name: '沖床 3（含自動送料與視覺檢測）', group: '二廠/沖壓', state: 'estop', since: 2, protocol: 'modbus-tcp', power: 22 },
  { id: 'hmc-1', name: '臥式加工機 1', group: '二廠/精密', state: 'warmup', since: 15, protocol: 'shdr', ideal: 380, power: 25 },
  { id: 'edm-1', name: '放電加工機 1', group: '二廠/精密', state: 'maint', since: 130, protocol: 'modbus-tcp', power: 8 },
  { id: 'saw-1', name: '帶鋸機 1', group: '二廠/備料', state: 'power_off', since: 1260, protocol: 'modbus-tcp', power: 3.7 },
  { id: 'oven-1', name: '熱處理爐 1', group: '二廠/備料', state: 'offline', since: 95, protocol: 'modbus-tcp', power: 60 },
];

const programs = ['O1234 BRACKET-L', 'O1235 BRACKET-R', 'O2071 FLANGE', 'O3300 HOUSING'];
const operators = ['甲班 01', '甲班 02', '乙班 07'];
const alarms = [
  { code: '1001', text: '主軸過載' },
  { code: '2043', text: '潤滑油量不足' },
  { code: 'EX1024', text: '刀庫門未關' },
];

const detail = (extra = {}) => ({
  reason: '', alarm_code: '', alarm_text: '', program: '', operator: '', work_order: '', ...extra,
});

function detailOf(state, machine, next) {
  const program = machine.protocol === 'modbus-tcp' ? '' : programs[Math.floor(next() * programs.length)];
  if (state === 'alarm' || state === 'estop') {
    const alarm = state === 'estop' ? { code: 'ESTOP', text: '緊急停止按鈕已按下' } : alarms[Math.floor(next() * alarms.length)];
    return detail({ alarm_code: alarm.code, alarm_text: alarm.text, program });
  }
  if (state === 'wait') return detail({ reason: '待料' });
  if (state === 'maint') return detail({ reason: '計畫保養', operator: operators[2] });
  if (state === 'run' || state === 'hold')
    return detail({ program, operator: operators[Math.floor(next() * 2)], work_order: 'WO-240314-07' });
  return detail();
}

const between = (next, least, most) => least + next() * (most - least);

/** What a machine does next at work: [state, minutes]. */
function pieceOfWork(machine, next) {
  const luck = next();
  if (machine.fast) return luck < 0.6 ? ['run', between(next, 0.11, 0.33)] : luck < 0.993 ? ['idle', between(next, 0.04, 0.15)] : ['alarm', between(next, 0.5, 3)];
  if (luck < 0.62) return ['run', between(next, 8, 50)];
  if (luck < 0.76) return ['idle', between(next, 1, 9)];
  if (luck < 0.83) return ['wait', between(next, 2, 12)];
  if (luck < 0.88) return ['hold', between(next, 1, 6)];
  if (luck < 0.93) return ['setup', between(next, 10, 30)];
  if (luck < 0.96) return ['manual', between(next, 3, 12)];
  if (luck < 0.985) return ['alarm', between(next, 2, 25)];
  return ['offline', between(next, 0.5, 6)];
}

function timelineOf(machine, now, seed) {
  const next = chance(seed);
  const since = Math.round((now - machine.since * minute) / 1000) * 1000;
  const items = [];
  const add = (from, to, state) => {
    const end = Math.min(to, since);
    if (end <= from) return;
    const last = items[items.length - 1];
    if (last !== undefined && last.state === state && last.to === from) last.to = end;
    else items.push({ from, to: end, state, detail: detailOf(state, machine, next) });
  };
  let at = startOfDay(now - 31 * dayMs);
  while (at < since) {
    const hour = ((at + zoneOffsetMs) % dayMs) / 3_600_000;
    const works = machine.fast || (hour >= 7.75 && hour < 19.5);
    if (!works) {
      const untilMorning = startOfDay(at) + (hour < 7.75 ? 7.75 : 31.75) * 3_600_000;
      add(at, untilMorning, 'power_off');
      at = untilMorning;
      if (!machine.fast) {
        const warm = at + Math.round(between(next, 6, 15)) * minute;
        add(at, warm, 'warmup');
        at = warm;
      }
      continue;
    }
    const [state, minutes] = pieceOfWork(machine, next);
    const length = Math.round((minutes * minute) / 250) * 250;
    add(at, at + length, state);
    at += length;
  }
  items.push({ from: since, to: Infinity, state: machine.state, detail: detailOf(machine.state, machine, next) });
  return items;
}

function signalsOf(machine, next) {
  const running = machine.state === 'run';
  const live = machine.state !== 'offline' && machine.state !== 'power_off';
  const signal = (id, type, role, unit, address, value, quality = 'good') => ({
    id, type, role, unit, address, value: live ? value : null, quality: live ? quality : 'unavailable',
  });
  if (machine.protocol === 'modbus-tcp')
    return [
      signal('running', 'bool', 'run', '', 'di:0', running),
      signal('lamp_red', 'bool', 'lamp_red', '', 'di:1', machine.state === 'estop'),
      signal('lamp_yellow', 'bool', 'lamp_yellow', '', 'di:2', !running),
      signal('parts', 'uint32', 'part_count', '', 'hr:10', 48210 + Math.floor(next() * 900)),
      signal('power', 'float32', 'power', 'kW', 'ir:20', Math.round(machine.power * next() * 100) / 100),
      signal('oil_temperature', 'int16', 'temperature', '°C', 'ir:24', 41.5, 'uncertain'),
    ];
  return [
    signal('execution', 'text', 'execution', '', 'execution', running ? 'ACTIVE' : 'READY'),
    signal('mode', 'text', 'mode', '', 'mode', machine.state === 'manual' ? 'MANUAL' : 'AUTOMATIC'),
    signal('program', 'text', 'program', '', 'program', programs[0]),
    signal('tool', 'text', 'tool', '', 'Tool_number', 'T12'),
    signal('parts', 'uint32', 'part_count', '', 'PartCountAct', 1203),
    signal('good', 'uint32', 'good_count', '', 'PartCountGood', 1188),
    signal('spindle_speed', 'float64', 'spindle_speed', 'rpm', 'Srpm', running ? 8000 : 0),
    signal('spindle_load', 'float64', 'spindle_load', '%', 'Sload', running ? 37.5 : 0),
    signal('system', 'condition', '', '', 'system', machine.state === 'alarm' ? 'FAULT 1001 主軸過載' : 'NORMAL'),
  ];
}

/** The fourteen machines above; beyond those, as many of their like as asked for. */
function definitionsOf(count) {
  return Array.from({ length: count }, (_, place) => {
    const model = definitions[place % definitions.length];
    const round = Math.floor(place / definitions.length);
    if (round === 0) return model;
    const quick = model.fast ? { fast: false, ideal: 30 } : {};
    return { ...model, ...quick, id: `${model.id}-${round}`, name: `${model.name}-${round}`, group: `${model.group} ${round}` };
  });
}

export function plantAt(now, { machines = definitions.length } = {}) {
  return definitionsOf(machines).map((machine, place) => {
    const next = chance(1000 + place);
    const items = timelineOf(machine, now, 77 + place * 13);
    const cycleMs = (machine.ideal ?? 20) * 1000 * (machine.fast ? 12 : 1.08);
    const parts = [];
    for (const { from, to, state } of items)
      if (state === 'run')
        for (let at = from + cycleMs; at < Math.min(to, now); at += cycleMs) parts.push(Math.round(at));
    return { ...machine, items, parts, partsEach: machine.fast ? 10 : 1, signals: signalsOf(machine, next) };
  });
}
