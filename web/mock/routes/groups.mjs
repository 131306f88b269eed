// Figures of the whole plant or a group: sums of numerators and denominators, as the program has them.
// The receipt is the first member's, which is enough to draw one.

const sum = (all, read) => all.reduce((total, each) => total + (read(each) ?? 0), 0);

function added(members, field) {
  const out = {};
  for (const member of members) for (const [name, value] of Object.entries(member[field])) out[name] = (out[name] ?? 0) + value;
  return out;
}

function figuresOfAll(figures) {
  const total = (field) => sum(figures, (each) => each[field]);
  const share = (above, below) => (below > 0 ? above / below : null);
  const planned_state_s = added(figures, 'planned_state_s');
  const state_s = added(figures, 'state_s');
  const [pbt_s, known_s, run] = [total('pbt_s'), total('known_s'), planned_state_s.run];
  const timed = figures.filter(({ performance }) => performance !== null);
  const counted = figures.filter(({ quality }) => quality !== null);
  const performance = share(sum(timed, (each) => each.performance * each.run_s), sum(timed, (each) => each.run_s));
  const quality = share(sum(counted, ({ parts }) => parts.good), sum(counted, ({ parts }) => parts.total));
  const availability = share(run, pbt_s);
  const failures = total('failures');
  const window_s = total('window_s');
  return {
    window_s, pot_s: total('pot_s'), pbt_s, known_s, coverage: share(known_s, pbt_s), state_s, planned_state_s,
    run_outside_plan_s: total('run_outside_plan_s'),
    availability, availability_known: share(run, known_s), performance, quality,
    oee: availability === null || performance === null || quality === null ? null : availability * performance * quality,
    utilization: { pbt: availability, pot: availability, powered: share(state_s.run, window_s - (state_s.offline ?? 0) - (state_s.power_off ?? 0)), calendar: share(state_s.run, window_s) },
    parts: { total: sum(figures, ({ parts }) => parts.total), good: sum(counted, ({ parts }) => parts.good), scrap: sum(counted, ({ parts }) => parts.scrap) },
    failures, mtbf_s: share(state_s.run, failures), mttr_s: share(state_s.alarm ?? 0, failures), why: figures[0].why, notes: [],
  };
}

export default ({ plant, clock, iso, timezone, figuresOf, receiptOf }) => {
  const asked = (path, query) => {
    const members = plant.filter(({ group }) => path === '*' || group === path || group.startsWith(`${path}/`));
    const from = Date.parse(query.get('from'));
    const to = Math.min(Date.parse(query.get('to')), clock());
    return members.length > 0 && from < to ? { members, from, to } : null;
  };
  return [
    ['GET', /^\/groups\/(.+)\/kpi\/receipt$/, ([, path], query) => {
      const found = asked(decodeURIComponent(path), query);
      return found && receiptOf(found.members[0], query.get('figure') ?? '', found.from, found.to, query.get('lang') ?? 'zh-TW');
    }],
    ['GET', /^\/groups\/(.+)\/kpi$/, ([, path], query) => {
      const found = asked(decodeURIComponent(path), query);
      if (!found) return null;
      const figures = found.members.map((member) => figuresOf(member, found.from, found.to, query.get('lang') ?? 'zh-TW'));
      return { group: path, machines: found.members.map(({ id }) => id), from: iso(found.from), to: iso(found.to), timezone, ...figuresOfAll(figures) };
    }],
  ];
};
