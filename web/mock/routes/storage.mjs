// What the pretended plant keeps: files, signals, days, backups, sizing.

const dayMs = 86_400_000;
const GB = 1e9;

/** As the program sorts signals: by role, then by type. */
export function classOf({ role, type }) {
  if (/count$/.test(role ?? '')) return 'counter';
  if (['power', 'energy', 'current', 'voltage'].includes(role)) return 'energy';
  return /float|int/.test(type) ? 'analog' : 'state';
}

const keepDays = { state: 3650, counter: 3650, energy: 3650, analog: 365 };
const bytesPerRow = { state: 0.011, counter: 0.024, energy: 0.61, analog: 0.58 };
const rowsPerDay = { state: 86_400, counter: 86_400, energy: 432_000, analog: 864_000 };

export default (context) => {
  const { plant, clock, iso, isEmpty, controls } = context;
  const settings = () => context.settingsOf().storage;
  const began = clock();
  const rawDays = { state: 412, counter: 412, energy: 412, analog: 365 };
  let change = (state) => state;
  let running = null;
  let failed = null;
  let backupMs = 2500;
  let made = 0;
  const backupOf = (at, bytes, verified) => {
    const name = `spindle-${iso(at).slice(0, 19).replace(/[-:]/g, '').replace('T', '-')}`;
    return { id: name, file: `/media/usb/spindle/${name}.spindle-backup`, taken: iso(at), bytes, verified };
  };
  const night = Math.floor(clock() / dayMs) * dayMs - 4.5 * 3_600_000;
  let backups = [
    backupOf(night, 1.934 * GB, { at: iso(night + 190_000), ok: true, error: null }),
    backupOf(night - dayMs, 1.929 * GB, { at: iso(night - dayMs + 188_000), ok: true, error: null }),
    backupOf(night - 2 * dayMs, 1.925 * GB, null),
    backupOf(night - 3 * dayMs, 1.92 * GB, { at: iso(night - 2 * dayMs), ok: false, error: 'history/analog-00000031.seg: checksum of the record at 8,413,184 is wrong; take another backup and keep this one until that is verified' }),
  ];

  const machines = () => (isEmpty() ? [] : plant);
  const stored = () =>
    machines().flatMap((machine) =>
      machine.signals.map((signal, place) => {
        const kind = classOf(signal);
        const share = 1 + ((machine.id.length * 7 + place * 13) % 10) / 10;
        const perDay = Math.round(rowsPerDay[kind] * bytesPerRow[kind] * share);
        return {
          machine: machine.id, signal: signal.id, class: kind,
          rows: rowsPerDay[kind] * rawDays[kind], bytes: perDay * rawDays[kind],
          bytes_per_row: Math.round(bytesPerRow[kind] * share * 1000) / 1000, bytes_per_day: perDay,
          first: iso(clock() - rawDays[kind] * dayMs), last: iso(clock() - 400),
          policy: signal.role === 'temperature' ? { dead_band: 0.2, at_least_every_s: 600 } : signal.role === 'spindle_speed' ? { every_s: 1 } : null,
        };
      }),
    );
  const sum = (items, of) => items.reduce((total, item) => total + of(item), 0);

  function stateNow() {
    const signals = stored();
    const perDay = sum(signals, ({ bytes_per_day }) => bytes_per_day);
    const raw = sum(signals, ({ bytes }) => bytes);
    const files = { journal_bytes: machines().length === 0 ? 0 : 212e6, ledger_bytes: machines().length === 0 ? 4096 : 84e6, history_raw_bytes: raw, history_rollup_bytes: Math.round(raw * 0.09), configuration_bytes: 1.2e6, other_bytes: 0 };
    const ours = sum(Object.values(files), (bytes) => bytes);
    const quota = settings().quota_gb;
    const bytes = quota == null ? 38.4 * GB : quota * GB;
    return change({
      generated: iso(clock()),
      disk: { total_bytes: 64 * GB, free_bytes: 41.3 * GB, reserved_bytes: 6.4 * GB, ours_bytes: ours },
      quota: { bytes, source: quota == null ? 'default' : 'plant' },
      files,
      outputs: { backups_bytes: 5.2e9, exports_bytes: 84e6 },
      growth: { bytes_per_day: signals.length === 0 ? null : Math.round(perDay * 1.15), measured_over_s: signals.length === 0 ? 0 : 14 * 86_400 },
      forecast: {
        quota_full_in_days: signals.length === 0 ? null : Math.floor((bytes - ours) / perDay / 1.15), disk_full_in_days: null,
        drops_next: signals.length === 0 ? null : { class: 'analog', from: iso(clock() - 365 * dayMs), to: iso(clock() - 364 * dayMs), bytes: 9_400_000, in_days: 0.4 },
      },
      classes: ['state', 'counter', 'energy', 'analog'].map((kind) => {
        const of = signals.filter((signal) => signal.class === kind);
        const keep = settings().keep?.[`${kind}_days`] ?? keepDays[kind];
        return { class: kind, signals: of.length, raw_bytes: sum(of, ({ bytes: each }) => each), raw_from: of.length === 0 ? null : iso(clock() - rawDays[kind] * dayMs), raw_days: of.length === 0 ? 0 : rawDays[kind], keep_days: keep, limit: rawDays[kind] >= keep ? 'days' : null };
      }),
      damaged_blocks: 0,
      refusing: false,
      last_drop: signals.length === 0 ? null : { at: iso(began - 6 * 3_600_000), class: 'analog', from: iso(began - 366 * dayMs), to: iso(began - 365 * dayMs), bytes: 9_120_000, reason: 'days' },
    });
  }

  const progress = () => (running === null ? null : { ...running.told, progress: Math.min(1, (clock() - running.from) / backupMs) });
  const start = (what, id, done) => {
    running = { from: clock(), told: { since: iso(clock()), what, id } };
    running.timer = setTimeout(() => {
      running = null;
      done();
    }, backupMs);
    running.timer.unref();
    return { status: 202 };
  };
  const busy = { status: 409, title: 'Conflict', detail: '另一個備份或驗證還在進行；請等它完成' };

  controls.storage = {
    /** Changes every answer of /storage. */
    setStorage: (by) => void (change = by),
    setBackups: (by) => void (backups = by(backups)),
    fail: (what) => void (failed = what === null ? null : { at: iso(clock()), what }),
    slow: (ms) => void (backupMs = ms),
  };

  return [
    ['GET', /^\/storage$/, stateNow],
    ['GET', /^\/storage\/signals$/, (_, query) => {
      const items = stored().sort(query.get('sort') === 'name' ? (a, b) => `${a.machine}/${a.signal}`.localeCompare(`${b.machine}/${b.signal}`) : (a, b) => b.bytes - a.bytes);
      const limit = Number(query.get('limit') ?? 100);
      const from = Number(query.get('cursor') ?? 0);
      return { items: items.slice(from, from + limit), next_cursor: from + limit < items.length ? String(from + limit) : null };
    }],
    ['GET', /^\/storage\/days$/, (_, query) => {
      const [from, to] = [Date.parse(query.get('from')), Date.parse(query.get('to'))];
      if (!(from < to)) return { status: 422 };
      const signals = stored();
      const perDay = sum(signals, ({ bytes_per_day }) => bytes_per_day);
      const rows = [];
      for (let at = from; at < to; at += dayMs) {
          const day = iso(at + 8 * 3_600_000).slice(0, 10);
          const weekend = [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay());
          const share = (weekend ? 0.35 : 1) * (0.9 + 0.2 * Math.abs(Math.sin(at / dayMs))) * (to - at < dayMs ? (to - at) / dayMs : 1);
          rows.push({ day, bytes: Math.round(perDay * share), rows: Math.round(sum(signals, ({ class: kind }) => rowsPerDay[kind]) * share) });
        }
      return { rows };
    }],
    ['GET', /^\/storage\/sizing$/, (_, query) => {
      const inputs = {
        machines: Number(query.get('machines') ?? machines().length),
        signals: Number(query.get('signals') ?? (machines().length === 0 ? 0 : Math.ceil(stored().length / machines().length))),
        rate_s: Number(query.get('rate_s') ?? 1), days: Number(query.get('days') ?? 365), room_gb: Number(query.get('room_gb') ?? 38.4),
      };
      if (!Object.values(inputs).every((value) => value >= 0) || inputs.rate_s === 0) return { status: 422, detail: 'machines, signals, rate_s and days must be numbers above 0' };
      const measured = { bytes_per_value: 0.42, cpu_us_per_value: 0.9, basis: machines().length === 0 ? 'usual' : 'measured', cpu_basis: 'usual' };
      const perSecond = (inputs.machines * inputs.signals) / inputs.rate_s;
      const raw_bytes = Math.round(perSecond * 86_400 * inputs.days * measured.bytes_per_value);
      const rollup_bytes = Math.round(inputs.machines * inputs.signals * inputs.days * 9000);
      const journal_bytes = Math.round(perSecond * 86_400 * 3 * 0.45);
      const total_bytes = raw_bytes + rollup_bytes + journal_bytes;
      const room = inputs.room_gb * GB;
      const perDay = (total_bytes - journal_bytes) / inputs.days;
      const lasts_days = perDay > 0 && room / perDay < 36_525 ? Math.max(0, room - journal_bytes) / perDay : null;
      const english = query.get('lang') === 'en';
      const gigabytes = (bytes) => `${(bytes / GB).toFixed(1)} GB`;
      const disk = total_bytes <= room;
      const why = disk
        ? english ? `${gigabytes(total_bytes)} of ${gigabytes(room)} that may be used` : `需要 ${gigabytes(total_bytes)}，可用上限 ${gigabytes(room)}`
        : english ? `${gigabytes(total_bytes)} are needed, ${gigabytes(room)} may be used; keep values for fewer days, read less often, or add a larger disk` : `需要 ${gigabytes(total_bytes)}，可用上限只有 ${gigabytes(room)}；請縮短保存天數、降低讀取頻率，或換大一點的硬碟`;
      return { inputs, measured, raw_bytes, rollup_bytes, journal_bytes, total_bytes, room_bytes: room, lasts_days, cpu_share: perSecond * measured.cpu_us_per_value * 1e-6, memory_bytes: Math.round(48e6 + inputs.machines * inputs.signals * 6000), fits: { disk, why } };
    }],
    ['GET', /^\/backups$/, () => {
      const { folder, at = '03:30', keep_days = 30 } = settings().backups ?? {};
      return { items: backups, schedule: folder === undefined ? null : { folder, at, keep_days }, running: progress(), failed };
    }],
    ['POST', /^\/backups$/, () =>
      running !== null ? busy : start('backup', null, () => void (backups = [backupOf(clock() + 1000 * made++, 1.936 * GB, null), ...backups]))],
    ['POST', /^\/backups\/([^/]+)\/verify$/, ([, id]) => {
      if (running !== null) return busy;
      const known = backups.some((each) => each.id === decodeURIComponent(id));
      return known ? start('verify', id, () => void (backups = backups.map((each) => (each.id === id ? { ...each, verified: { at: iso(clock()), ok: true, error: null } } : each)))) : null;
    }],
    ['DELETE', /^\/backups\/running$/, () => {
      if (running === null) return null;
      clearTimeout(running.timer);
      running = null;
      return { status: 204 };
    }],
    ['DELETE', /^\/backups\/([^/]+)$/, ([, id]) => {
      const before = backups.length;
      backups = backups.filter((each) => each.id !== decodeURIComponent(id));
      return backups.length < before ? { status: 204 } : null;
    }],
  ];
};
