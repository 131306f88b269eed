// Machines as they are defined: add, change, remove, try before saving, browse, profiles.

const profiles = [
  {
    id: 'modbus/tri-colour-lamp', protocol: ['modbus-tcp', 'modbus-rtu'],
    name: '三色燈＋計數（遠端 I/O）', name_en: 'Tri-colour lamp and counter (remote I/O)',
    description: '任何機台：三色燈接 di:0 到 di:2，計數器在 hr:10。', description_en: 'Any machine: lamps on di:0 to di:2, counter in hr:10.',
    signals: [
      { id: 'lamp_green', address: 'di:0', type: 'bool', role: 'lamp_green' },
      { id: 'lamp_yellow', address: 'di:1', type: 'bool', role: 'lamp_yellow' },
      { id: 'lamp_red', address: 'di:2', type: 'bool', role: 'lamp_red' },
      { id: 'parts', address: 'hr:10', type: 'uint32', role: 'part_count' },
    ],
  },
  {
    id: 'modbus/power-meter', protocol: ['modbus-tcp', 'modbus-rtu'], name: '電表', name_en: 'Power meter',
    description: '功率、電流、電度。', description_en: 'Power, current, energy.',
    signals: [
      { id: 'power', address: 'ir:20', type: 'float32', order: 'CDAB', unit: 'kW', role: 'power' },
      { id: 'energy', address: 'ir:30', type: 'float32', order: 'CDAB', unit: 'kWh', role: 'energy' },
    ],
  },
  {
    id: 'shdr/cnc', protocol: ['shdr'], name: 'CNC 轉接器', name_en: 'CNC adapter', description: '常見的 SHDR 名稱。', description_en: 'Usual SHDR names.',
    signals: [
      { id: 'avail', role: 'availability' }, { id: 'execution', role: 'execution' }, { id: 'mode', role: 'mode' }, { id: 'program', role: 'program' },
      { id: 'PartCountAct', role: 'part_count', type: 'int64' },
    ],
  },
];

const offered = {
  mtconnect: [
    ['avail', 'text', 'availability', '', 'AVAILABLE'], ['exec', 'text', 'execution', '', 'ACTIVE'], ['mode', 'text', 'mode', '', 'AUTOMATIC'],
    ['pgm', 'text', 'program', '', 'O1234'], ['pcount', 'float64', 'part_count', '', 1203], ['sload', 'float64', 'spindle_load', '%', 37.5],
    ['sspeed', 'float64', 'spindle_speed', 'rpm', 8000], ['watts', 'float64', 'power', 'W', 4210], ['xpos', 'float64', null, 'mm', 12.4], ['coolant', 'float64', null, '%', null],
  ],
  shdr: [['avail', 'text', null, '', 'AVAILABLE'], ['execution', 'text', null, '', 'ACTIVE'], ['mode', 'text', null, '', 'AUTOMATIC'], ['PartCountAct', 'text', null, '', '1203'], ['Srpm', 'text', null, '', '8000']],
};

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export default ({ plant, clock, iso, documentOf, isEmpty }) => {
  const definitions = new Map();
  const removed = new Map();
  /** What was added to a plant that pretends to be empty. */
  plant.added = [];

  const endpoint = (machine) => ({ host: `192.0.2.${10 + plant.indexOf(machine)}`, port: machine.protocol === 'shdr' ? 7878 : machine.protocol === 'mtconnect' ? 5000 : 502 });
  const definitionOf = (machine) => definitions.get(machine.id) ?? {
    id: machine.id, name: machine.name, group: machine.group, ideal_cycle_s: machine.ideal ?? null, rated_power_kw: machine.power ?? null,
    connection: { protocol: machine.protocol, ...endpoint(machine), ...(machine.protocol === 'modbus-tcp' && { unit: 1 }), poll_ms: 1000, timeout_ms: 2000, clock: 'corrected' },
    profile: null, accept_new_signals: false,
    state: { min_hold_s: 2, lamp_min_hold_s: 1, blink_window_s: 3, offline_after_s: null, fault_stops_run: false, warmup_programs: [], current_off_below: null, current_run_above: null },
    counting: { modulus: 0, parts_per_count: 1, step_max: null },
    signals: machine.signals.map(({ id, address, type, role, unit }) => ({ id, address, type, role: role || 'none', unit: unit || null, scale: 1, offset: 0, poll_ms: null })),
  };

  const invented = (signal, place) => {
    const type = signal.type ?? 'float64';
    if (type === 'bool') return signal.role === 'run' || signal.role === 'lamp_green' || place === 0;
    if (type === 'text') return signal.role === 'execution' ? 'ACTIVE' : 'AUTOMATIC';
    return signal.role === 'part_count' ? 1203 : Math.round(1000 * Math.abs(Math.sin(place + 1))) / 10;
  };

  const problemsOf = (body) => {
    const errors = [];
    if (!/^[a-z0-9-]+$/.test(body.id ?? '')) errors.push({ path: '/id', what: '識別碼只能用 a-z、0-9 與 -' });
    (body.signals ?? []).forEach((signal, place) => {
      if (signal.address === 'hr:65535') errors.push({ path: `/signals/${place}/address`, what: '設備沒有這個暫存器' });
    });
    return errors.length === 0 ? null : { status: 422, detail: errors.map(({ path, what }) => `${path}: ${what}`).join('; '), errors };
  };

  function take(body) {
    const machine = plant.find(({ id }) => id === body.id) ?? removed.get(body.id) ?? { id: body.id, state: 'run', items: [{ from: clock(), to: Infinity, state: 'run', detail: { reason: '', alarm_code: '', alarm_text: '', program: '', operator: '', work_order: '' } }], parts: [], partsEach: 1 };
    machine.name = body.name ?? body.id;
    machine.group = body.group ?? '';
    machine.ideal = body.ideal_cycle_s ?? undefined;
    machine.power = body.rated_power_kw ?? null;
    machine.protocol = body.connection.protocol;
    machine.signals = (body.signals ?? []).map((signal, place) => ({ id: signal.id, type: signal.type ?? 'float64', role: signal.role ?? null, unit: signal.unit ?? null, address: signal.address ?? signal.id, value: invented(signal, place), quality: 'good' }));
    definitions.set(body.id, { ...definitionOf(machine), ...body });
    if (!plant.includes(machine)) plant.push(machine);
    if (!plant.added.includes(machine)) plant.added.push(machine);
    removed.delete(body.id);
    return documentOf(machine, 'zh-TW');
  }

  return [
    ['GET', /^\/machines$/, (_, query) => ({ items: (isEmpty() ? plant.added : plant).map((machine) => documentOf(machine, query.get('lang') ?? 'zh-TW', query.get('signals') !== 'false')), next_cursor: null })],
    ['GET', /^\/machines\/([^/]+)\/definition$/, ([, id]) => {
      const machine = plant.find((each) => each.id === decodeURIComponent(id));
      return machine === undefined ? null : definitionOf(machine);
    }],
    ['POST', /^\/machines$/, (_, query, body) => {
      if ((isEmpty() ? plant.added : plant).some(({ id }) => id === body.id)) return { status: 409, title: 'Conflict', detail: `已有設備 ${body.id}` };
      const wrong = problemsOf(body);
      return wrong ?? { ...take(body), status: 201 };
    }],
    ['PUT', /^\/machines\/([^/]+)$/, (_, query, body) => problemsOf(body) ?? take(body)],
    ['DELETE', /^\/machines\/([^/]+)$/, ([, id]) => {
      const place = plant.findIndex((each) => each.id === decodeURIComponent(id));
      if (place < 0) return null;
      removed.set(plant[place].id, plant[place]);
      plant.added = plant.added.filter((machine) => machine !== plant[place]);
      plant.splice(place, 1);
      return {};
    }],
    ['GET', /^\/profiles$/, () => ({ items: profiles })],
    ['POST', /^\/connections\/test$/, async (_, query, body) => {
      const { host = '' } = body.connection;
      await wait(host.endsWith('.250') ? 8000 : 700);
      if (host.endsWith('.250') || host.endsWith('.251'))
        return { ok: false, error: `connect ${host}:${body.connection.port ?? 502}: connection timed out after 2 s`, elapsed_s: 2.004, values: (body.signals ?? []).map((signal) => ({ id: signal.id, address: signal.address ?? signal.id, type: signal.type ?? 'float64', value: null, quality: null, error: 'not reached' })) };
      const values = (body.signals ?? []).map((signal, place) => {
        const refused = (signal.address ?? '').endsWith(':400');
        return { id: signal.id, address: signal.address ?? signal.id, type: signal.type ?? 'float64', value: refused ? null : invented(signal, place), quality: refused ? null : 'good', error: refused ? `${signal.address}: illegal data address (exception 2); check the address in the manual` : null };
      });
      return { ok: values.every(({ error }) => error === null), error: null, elapsed_s: 0.212, values };
    }],
    ['POST', /^\/connections\/browse$/, async (_, query, body) => {
      await wait(700);
      const { protocol, host = '' } = body.connection;
      if (host.endsWith('.251')) return { reachable: false, error: `connect ${host}: connection refused`, signals: [] };
      const signals = (offered[protocol] ?? []).map(([id, type, role, unit, value]) => ({ id, address: id, type, role, unit: unit || null, value, quality: value === null ? 'unavailable' : 'good' }));
      return { reachable: true, error: null, signals, ...(protocol === 'mtconnect' && { names: ['Lathe-1'] }) };
    }],
  ];
};
