// The plant's own settings as the program answers them: name, zone, calendar, reasons, what changed.

const reasons = [
  ['no_material', '待料', 'No material', '異常停機', null],
  ['no_operator', '缺人', 'No operator', '異常停機', null],
  ['no_job', '無工單', 'No job', '計畫停機', null],
  ['tool_change', '刀具更換', 'Tool change', '異常停機', null],
  ['quality_wait', '待檢', 'Waiting for inspection', '異常停機', null],
  ['changeover', '換線', 'Changeover', '換線', 'setup'],
  ['breakdown', '設備故障', 'Breakdown', '異常停機', null],
  ['planned_maint', '計畫保養', 'Planned maintenance', '計畫停機', 'maint'],
  ['break', '休息', 'Break', '計畫停機', null],
  ['meeting', '會議教育訓練', 'Meeting/training', '計畫停機', null],
  ['power', '停電', 'Power failure', '異常停機', null],
  ['other', '其他', 'Other', '其他', null],
].map(([id, name, name_en, group, state]) => ({ id, name, name_en, group, state }));

const calendar = {
  shifts: [
    { name: '日班', days: 'mon-fri', start: '08:00', end: '17:00', breaks: ['10:00-10:10', '12:00-13:00', '15:00-15:10'] },
    { name: '夜班', days: 'mon-fri', start: '20:00', end: '05:00', breaks: ['00:00-00:30'] },
  ],
  holidays: [{ date: '2024-04-04', name: '兒童節' }, { date: '2024-04-05', name: '清明節' }],
  exceptions: [{ date: '2024-03-16', name: '週六加班', shifts: [{ name: '加班', start: '08:00', end: '12:00' }] }],
  planned_downtime: [{ machine: 'vmc-1', from: '2024-03-20T05:00:00.000Z', to: '2024-03-20T07:00:00.000Z', reason: '主軸保養' }],
};

const clone = (value) => JSON.parse(JSON.stringify(value));
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const dayMinutes = (text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));

/** What the program would refuse, with its path. */
function problemsOf({ site, calendar: plan, reasons: list, storage }) {
  const errors = [];
  for (const [field, days] of Object.entries(storage?.keep ?? {}))
    if (!Number.isInteger(days) || days < 1 || days > 36_500) errors.push({ path: `/storage/keep/${field}`, what: '天數請填 1 到 36500 的整數' });
  if (storage?.quota_gb != null && storage.quota_gb < 0.05) errors.push({ path: '/storage/quota_gb', what: '容量上限至少 0.05 GB' });
  if (storage?.backups != null && !storage.backups.folder?.startsWith('/')) errors.push({ path: '/storage/backups/folder', what: '請寫完整路徑，例如 /media/usb/spindle' });
  if (site !== undefined) {
    if (!site.name?.trim()) errors.push({ path: '/site/name', what: '名稱不可空白' });
    try {
      new Intl.DateTimeFormat('en', { timeZone: site.timezone });
    } catch {
      errors.push({ path: '/site/timezone', what: `沒有「${site.timezone}」這個時區，請寫 Asia/Taipei 這樣的名稱` });
    }
  }
  (plan?.shifts ?? []).forEach((shift, place) => {
    for (const field of ['start', 'end'])
      if (!/^\d\d:\d\d$/.test(shift[field] ?? '') || dayMinutes(shift[field]) > 1440) errors.push({ path: `/calendar/shifts/${place}/${field}`, what: '時間請寫成 08:00' });
  });
  (list ?? []).forEach((reason, place) => {
    if (!/^[a-z0-9_-]+$/.test(reason.id ?? '')) errors.push({ path: `/reasons/${place}/id`, what: '代號只能用小寫英文、數字、底線與連字號' });
  });
  return errors;
}

const storage = { quota_gb: null, keep: { state_days: 3650, counter_days: 3650, analog_days: 365, energy_days: 3650 }, leave_free: 0.1, backups: { folder: '/media/usb/spindle', at: '03:30', keep_days: 30 }, exports: [] };

export default (context) => {
  const { plant, clock, iso, timezone, isEmpty, publish } = context;
  let now = { site: { name: '示範工廠', timezone }, calendar: clone(calendar), reasons: clone(reasons), storage: clone(storage) };
  context.settingsOf = () => now;
  let touched = false;
  const past = [{ generation: 1, at: clock() - 3 * 86_400_000, who: 'local', changes: ['新增：設備 vmc-1', '新增：設備 vmc-2', '變更：廠區名稱 示範工廠'], before: clone(now) }];
  const machines = () => (isEmpty() ? (plant.added ?? []) : plant);
  const generation = () => past.at(-1).generation;
  const shown = () => (isEmpty() && !touched ? { site: { name: '', timezone }, calendar: { shifts: [], holidays: [], exceptions: [], planned_downtime: [] }, reasons: now.reasons, storage: now.storage } : now);

  const differences = (next) => {
    const before = shown();
    const changes = [];
    if (next.site && next.site.name !== before.site.name) changes.push(`變更：廠區名稱 ${before.site.name || '（無）'} → ${next.site.name}`);
    if (next.site && next.site.timezone !== before.site.timezone) changes.push(`變更：時區 ${before.site.timezone} → ${next.site.timezone}`);
    if (next.calendar)
      for (const [part, word] of [['shifts', '班別'], ['holidays', '假日'], ['exceptions', '例外日'], ['planned_downtime', '計畫停機']]) {
        const had = before.calendar[part] ?? [];
        const has = next.calendar[part] ?? [];
        for (const one of has) if (!had.some((each) => same(each, one))) changes.push(`新增：${word} ${one.name ?? one.reason ?? ''} ${one.start ? `${one.start}–${one.end}` : (one.date ?? one.from ?? '')}`);
        for (const one of had) if (!has.some((each) => same(each, one))) changes.push(`移除：${word} ${one.name ?? one.reason ?? ''} ${one.start ? `${one.start}–${one.end}` : (one.date ?? one.from ?? '')}`);
      }
    if (next.reasons && !same(next.reasons, before.reasons)) changes.push(`變更：停機原因 ${before.reasons.length} → ${next.reasons.length} 項`);
    if (next.storage && !same(next.storage, before.storage)) changes.push('變更：儲存與備份');
    const moves = (next.site && next.site.timezone !== before.site.timezone) || (next.calendar && !same(next.calendar, before.calendar));
    return { changes, recomputing: moves ? machines().map(({ id }) => id) : [] };
  };

  const note = (changes, before) => void past.push({ generation: generation() + 1, at: clock(), who: 'local', changes, before });
  const pretendRecompute = (recomputing) => {
    if (recomputing.length === 0) return;
    let done = 0;
    const timer = setInterval(() => {
      done += 1;
      publish('status', { problems: [], recompute: done > recomputing.length ? null : { running: true, machine: recomputing[done - 1], done, total: recomputing.length } });
      if (done > recomputing.length) clearInterval(timer);
    }, 300);
    timer.unref();
  };

  const apply = (next, dry) => {
    const { changes, recomputing } = differences(next);
    if (dry || changes.length === 0) return { generation: generation(), changes, recomputing };
    note(changes, clone(shown()));
    now = { ...shown(), ...Object.fromEntries(['site', 'calendar', 'reasons', 'storage'].filter((part) => next[part]).map((part) => [part, clone(next[part])])) };
    touched = true;
    pretendRecompute(recomputing);
    return { generation: generation(), changes, recomputing };
  };

  return [
    ['GET', /^\/site$/, () => ({ name: shown().site.name, timezone: shown().site.timezone, version: '0.1.0', now: iso(clock()), generation: isEmpty() && !touched ? 0 : generation() })],
    ['GET', /^\/plant$/, () => ({
      generation: isEmpty() && !touched ? 0 : generation(), ...shown(),
      groups: [...new Set(machines().map(({ group }) => group))].filter(Boolean), machines: machines().length, set_up: !isEmpty() || touched,
    })],
    ['PUT', /^\/plant$/, (_, query, body) => {
      const errors = problemsOf(body);
      if (errors.length > 0) return { status: 422, detail: errors.map(({ path, what }) => `${path}: ${what}`).join('; '), errors };
      if (body.generation !== undefined && touched && body.generation !== generation()) return { status: 409, title: 'Conflict', detail: '別人剛改過設定' };
      return apply(body, query.get('dry_run') === 'true');
    }],
    ['GET', /^\/changes$/, (_, query) => {
      const limit = Number(query.get('limit') ?? 50);
      const items = [...past].reverse().map(({ generation: number, at, who, changes }) => ({ generation: number, t: iso(at), who, changes, current: number === generation() }));
      return { items: items.slice(0, limit), next_cursor: items.length > limit ? String(limit) : null };
    }],
    ['POST', /^\/changes\/(\d+)\/restore$/, ([, number], query) => {
      const after = past.find((each) => each.generation === Number(number) + 1);
      return after === undefined ? null : apply(after.before, query.get('dry_run') === 'true');
    }],
  ];
};
