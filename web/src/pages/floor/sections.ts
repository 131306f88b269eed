// What has a group, by its path: 一廠 before 一廠/A線, 2 before 10. Pure, and shared by the pages that
// list machines.

const order = new Intl.Collator('zh-Hant', { numeric: true });

export const inOrder = (a: string, b: string): number => order.compare(a, b);

interface Placed {
  id: string;
  name: string;
  group: string;
}

export interface Section<Item extends Placed> {
  path: string;
  items: Item[];
}

/** Whether something of `group` belongs to the group `path`; without a path, everything does. */
export const inGroup = (group: string, path: string | undefined): boolean =>
  path === undefined || group === path || group.startsWith(`${path}/`);

/** Every path that occurs, with those above it: a plant's lines and the plant itself. */
export function groupPaths(items: readonly { group: string }[]): string[] {
  const paths = new Set<string>();
  for (const { group } of items)
    if (group !== '')
      group.split('/').forEach((_, last, pieces) => paths.add(pieces.slice(0, last + 1).join('/')));
  return [...paths].sort(inOrder);
}

export function sectionsOf<Item extends Placed>(items: readonly Item[]): Section<Item>[] {
  const sections = new Map<string, Item[]>();
  for (const item of items) {
    const section = sections.get(item.group);
    if (section === undefined) sections.set(item.group, [item]);
    else section.push(item);
  }
  return [...sections]
    .map(([path, members]) => ({ path, items: members.sort((a, b) => inOrder(a.name, b.name) || inOrder(a.id, b.id)) }))
    .sort((a, b) => inOrder(a.path, b.path));
}

/** `一廠 / A線`: as people read a path. */
export const spoken = (path: string): string => path.split('/').join(' / ');
