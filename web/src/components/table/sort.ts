// The order of a table's rows. Pure.

export interface Sort {
  column: string;
  down: boolean;
}

export type SortValue = number | string | boolean | null | undefined;

const collator = new Intl.Collator('zh-TW', { numeric: true });

function compare(a: NonNullable<SortValue>, b: NonNullable<SortValue>): number {
  if (typeof a === 'string' || typeof b === 'string') return collator.compare(String(a), String(b));
  return Number(a) - Number(b);
}

/** What has no value stands last, whichever way; equals keep their order. */
export function sorted<Row>(rows: readonly Row[], valueOf: (row: Row) => SortValue, down: boolean): Row[] {
  const keyed = rows.map((row) => ({ row, value: valueOf(row) }));
  const none = (value: SortValue): value is null | undefined => value === null || value === undefined;
  return keyed
    .sort((a, b) => {
      if (none(a.value) || none(b.value)) return Number(none(a.value)) - Number(none(b.value));
      return down ? compare(b.value, a.value) : compare(a.value, b.value);
    })
    .map(({ row }) => row);
}

/** Pressing a column: up first, then down, then as the list came. */
export function nextSort(sort: Sort | null, column: string): Sort | null {
  if (sort?.column !== column) return { column, down: false };
  return sort.down ? null : { column, down: true };
}
