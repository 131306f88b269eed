// The KPI document of the pretended plant: simple sums, enough to look at.

import { planOf, timezone } from './plant.mjs';

const iso = (at) => new Date(at).toISOString();
const text = (language, zh, en) => (language === 'en' ? en : zh);

export function clipped(machine, from, to) {
  return machine.items
    .filter((item) => item.from < to && item.to > from)
    .map((item) => ({ ...item, from: Math.max(item.from, from), to: Math.min(item.to, to) }));
}

function overlap(items, plan, accepts) {
  let ms = 0;
  for (const item of items)
    if (accepts(item.state))
      for (const [from, to] of plan) ms += Math.max(0, Math.min(item.to, to) - Math.max(item.from, from));
  return ms / 1000;
}

export function figuresOf(machine, from, to, language) {
  const items = clipped(machine, from, to);
  const plan = planOf(from, to);
  const whole = [[from, to]];
  const window_s = (to - from) / 1000;
  const pbt_s = plan.reduce((sum, [a, b]) => sum + b - a, 0) / 1000;
  const run = overlap(items, plan, (state) => state === 'run');
  const allRun = overlap(items, whole, (state) => state === 'run');
  const known_s = overlap(items, plan, (state) => state !== 'offline');
  const powered = overlap(items, whole, (state) => state !== 'offline' && state !== 'power_off');
  const total = machine.parts.filter((at) => at >= from && at < to).length * machine.partsEach;
  const good = machine.good ? total - Math.floor(total * 0.024) : null;
  const failures = items.filter(({ state }) => state === 'alarm').length;
  const faulty = overlap(items, whole, (state) => state === 'alarm');
  const why = {};
  const share = (name, above, below, zh, en) => {
    if (below > 0) return above / below;
    why[name] = text(language, zh, en);
    return null;
  };
  const noPlan = ['此期間沒有計畫工作時間', 'no planned time in the window'];
  const availability = share('availability', run, pbt_s, ...noPlan);
  const availability_known = share('availability_known', run, known_s, '計畫時間內完全沒有資料', 'no data in the whole of planned time');
  const coverage = share('coverage', known_s, pbt_s, ...noPlan);
  const performance = machine.ideal
    ? share('performance', (machine.ideal * total * run) / Math.max(1, allRun), run, '計畫時間內沒有加工時間', 'no run time inside planned time')
    : ((why.performance = text(language, '未設定標準工時，請在設備設定 ideal_cycle_s', 'no ideal cycle time: set ideal_cycle_s of the machine')), null);
  const quality = machine.good
    ? share('quality', good, total, '此期間沒有產出', 'no parts were made in the window')
    : ((why.quality = text(language, '沒有良品數或不良數，請設定 good_count 或 scrap_count 角色的訊號', 'neither good parts nor scrap are counted: give a signal the role good_count or scrap_count')), null);
  const oee = availability !== null && performance !== null && quality !== null ? availability * performance * quality : null;
  if (oee === null) why.oee = text(language, `缺少因子：${why.quality ?? why.performance ?? why.availability}`, `a factor is missing: ${why.quality ?? why.performance ?? why.availability}`);
  const mtbf_s = share('mtbf_s', allRun, failures, '此期間沒有故障', 'no failure in the window');
  const mttr_s = share('mttr_s', faulty, failures, '此期間沒有故障', 'no failure in the window');
  return {
    window_s, pot_s: pbt_s, pbt_s, known_s, coverage,
    state_s: Object.fromEntries([...new Set(items.map(({ state }) => state))].map((each) => [each, overlap(items, whole, (state) => state === each)])),
    planned_state_s: { run, offline: pbt_s - known_s },
    run_outside_plan_s: allRun - run,
    availability, availability_known, performance, quality, oee,
    utilization: {
      pbt: availability,
      pot: availability,
      powered: share('utilization.powered', allRun, powered, '此期間沒有通電且有資料的時間', 'the machine was never seen to be powered in the window'),
      calendar: allRun / window_s,
    },
    parts: { total, good, scrap: good === null ? null : total - good },
    failures, mtbf_s, mttr_s, why, notes: [],
    run_s: run,
  };
}

export function receiptOf(machine, figure, from, to, language) {
  const figures = figuresOf(machine, from, to, language);
  const [name, inner] = figure.split('.');
  const value = inner === undefined ? figures[name] : figures[name]?.[inner];
  if (value === undefined) return null;
  const say = (zh, en) => text(language, zh, en);
  const plan = planOf(from, to);
  const planned = (item) => plan.some(([a, b]) => item.from < b && item.to > a);
  return {
    figure, value,
    formula: say('加工時間 ÷ 負荷時間（PBT）', 'running time ÷ planned busy time (PBT)'),
    unit: figure.endsWith('_s') ? 's' : name === 'parts' ? 'parts' : 'ratio',
    from: iso(from), to: iso(to), timezone,
    inputs: [
      { name: 'run_s', value: figures.run_s, unit: 's', explain: say('計畫時間內加工中的時間', 'time running inside planned time') },
      { name: 'pbt_s', value: figures.pbt_s, unit: 's', explain: say('計畫時間減計畫停機', 'planned time less planned downtime') },
      { name: 'known_s', value: figures.known_s, unit: 's', explain: say('計畫時間內有資料的時間', 'planned time of which something is known') },
    ],
    intervals: name === 'parts' ? [] : clipped(machine, from, to).map((item) => {
      const counted = item.state === 'run' && planned(item);
      return {
        from: iso(item.from), to: iso(item.to), state: item.state, counted,
        why: counted ? null : item.state === 'run' ? say('不在計畫時間內', 'outside planned time') : say('不是加工中', 'not running'),
      };
    }),
    journal: { first_sequence: 184_201, last_sequence: 197_455 },
    why: value === null ? (figures.why[figure] ?? null) : null,
  };
}
