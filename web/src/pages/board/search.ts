// What a board keeps in its address, so that a screen on a wall is set up by its start page alone:
// /board?pages=floor,shift,alarms&turn=15&group=一廠&theme=dark

export const boardPages = ['floor', 'shift', 'plant', 'alarms'] as const;
export type BoardPageName = (typeof boardPages)[number];

export const turnChoices = [10, 15, 20, 30, 60] as const;
const turnDefault = 15;
const turnLimits = { least: 5, most: 600 };

export const themes = ['auto', 'light', 'dark'] as const;
export type BoardTheme = (typeof themes)[number];

export interface BoardSearch {
  pages: BoardPageName[];
  /** Seconds a page stands. */
  turn: number;
  group: string | undefined;
  theme: BoardTheme;
}

export function readBoardSearch(search: Record<string, unknown>): BoardSearch {
  const names = typeof search['pages'] === 'string' ? search['pages'].split(',').map((name) => name.trim()) : [];
  const pages = boardPages.filter((name) => names.includes(name));
  const turn = Number(search['turn'] ?? turnDefault);
  const group = search['group'];
  return {
    pages: pages.length > 0 ? pages : [...boardPages],
    turn: Number.isFinite(turn) ? Math.min(turnLimits.most, Math.max(turnLimits.least, Math.round(turn))) : turnDefault,
    group: (typeof group === 'string' && group !== '') || typeof group === 'number' ? String(group) : undefined,
    theme: themes.find((theme) => theme === search['theme']) ?? 'auto',
  };
}

/** As it is written into the address: what is as usual is left out. */
export function writeBoardSearch({ pages, turn, group, theme }: BoardSearch): Record<string, unknown> {
  return {
    ...(pages.length < boardPages.length && { pages: pages.join(',') }),
    ...(turn !== turnDefault && { turn }),
    ...(group !== undefined && { group }),
    ...(theme !== 'auto' && { theme }),
  };
}
