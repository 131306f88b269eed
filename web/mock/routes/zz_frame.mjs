// What the frame asks for, while no other file of this folder answers it: alarms counted from the
// machines' states, a plant that was set up once.

export default ({ plant, timezone, isEmpty }) => [
  ['GET', /^\/alarms$/, () => {
    const active = isEmpty() ? 0 : plant.filter(({ state }) => state === 'alarm' || state === 'estop').length;
    return { items: [], next_cursor: null, counts: { active, unacknowledged: Math.min(1, active) } };
  }],
  ['GET', /^\/plant$/, () => ({
    generation: 1, site: { name: '示範工廠', timezone }, calendar: { shifts: [], holidays: [], exceptions: [], planned_downtime: [] },
    reasons: [], groups: [...new Set(plant.map(({ group }) => group))], machines: isEmpty() ? 0 : plant.length, set_up: true,
  })],
];
