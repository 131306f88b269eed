// What the shift view keeps in its address. What makes no sense is left out.

export interface ShiftSearch {
  /** `2024-03-14`: the business date; without it, the present shift. */
  day?: string;
  /** Which shift of that day; without it, its first. */
  shift?: string;
  group?: string;
  tab?: 'hours';
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined;

export function readShiftSearch(search: Record<string, unknown>): ShiftSearch {
  const day = text(search['day']);
  const shift = text(search['shift']);
  const group = text(search['group']);
  const real = day !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(day));
  return {
    ...(real && { day }),
    ...(real && shift !== undefined && { shift }),
    ...(group !== undefined && { group }),
    ...(search['tab'] === 'hours' && { tab: 'hours' as const }),
  };
}
