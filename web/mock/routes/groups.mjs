// Figures of the whole plant or a group: the first member's, which is enough to draw them.

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
      return found && { group: path, machines: found.members.map(({ id }) => id), from: iso(found.from), to: iso(found.to), timezone, ...figuresOf(found.members[0], found.from, found.to, query.get('lang') ?? 'zh-TW') };
    }],
  ];
};
