// A list as a table: sortable by its heads, walked with the arrow keys, drawn in part beyond a hundred
// rows, and a list of cards on a phone. What it holds and what is filtered is the page's business.

import { useMemo, useRef, useState, type ReactNode } from 'react';
import { useWords } from '../../i18n';
import { Icon } from '../icons';
import { PlainBody, VirtualBody } from './body';
import { nextSort, sorted, type Sort, type SortValue } from './sort';
import classes from './data_table.module.css';

export interface Column<Row> {
  key: string;
  head: string;
  cell: (row: Row) => ReactNode;
  /** Sortable by this; what has none stands last. */
  sort?: (row: Row) => SortValue;
  align?: 'right';
  /** `12rem`, `20%`: long lists keep their columns still, so there each column should say. */
  width?: string;
  /** On a phone: the card's head, beside the head, a text over its width, not at all; else a line with the column's name. */
  card?: 'head' | 'aside' | 'wide' | 'hidden';
}

export interface DataTableProps<Row> {
  /** What the table lists, for ears. */
  label: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  keyOf: (row: Row) => string;
  /** Enter or a press on a row. */
  onOpen?: (row: Row) => void;
  /** Drawn when there are no rows. */
  empty?: ReactNode;
  /** Kept by the page (in its address); left out, the table keeps it. */
  sort?: Sort | null;
  onSort?: (sort: Sort | null) => void;
  /** `data-…` of a row, for tests and for its looks. */
  dataOf?: (row: Row) => Record<`data-${string}`, string | undefined>;
}

const plainMax = 100;

function Head<Row>({ columns, sort, onSort }: { columns: readonly Column<Row>[]; sort: Sort | null; onSort: (column: string) => void }) {
  return (
    <thead role="rowgroup">
      <tr role="row">
        {columns.map(({ key, head, sort: sortable, align }) => {
          const mine = sort?.column === key ? sort : null;
          return (
            <th key={key} role="columnheader" scope="col" data-align={align} aria-sort={mine === null ? undefined : mine.down ? 'descending' : 'ascending'}>
              {sortable === undefined ? (
                head
              ) : (
                <button type="button" className={classes.sorter} data-sorted={mine !== null || undefined} onClick={() => onSort(key)}>
                  {head}
                  <Icon name={mine === null ? 'sort' : mine.down ? 'down' : 'up'} size={16} />
                </button>
              )}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

/** A phone has no heads to press: the same choice as a list. */
function SortPicker<Row>({ columns, sort, onSort }: { columns: readonly Column<Row>[]; sort: Sort | null; onSort: (sort: Sort | null) => void }) {
  const { t } = useWords();
  const sortable = columns.filter(({ sort: each }) => each !== undefined);
  if (sortable.length === 0) return null;
  return (
    <label className={classes.picker}>
      {t('table.sort')}
      <select
        value={sort === null ? '' : `${sort.down ? '-' : '+'}${sort.column}`}
        onChange={({ currentTarget: { value } }) => onSort(value === '' ? null : { column: value.slice(1), down: value.startsWith('-') })}
      >
        <option value="">{t('table.asListed')}</option>
        {sortable.map(({ key, head }) => [
          <option key={`+${key}`} value={`+${key}`}>{`${head} ↑`}</option>,
          <option key={`-${key}`} value={`-${key}`}>{`${head} ↓`}</option>,
        ])}
      </select>
    </label>
  );
}

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, rows, columns, empty, onSort } = props;
  const [own, setOwn] = useState<Sort | null>(null);
  const sort = props.sort === undefined ? own : props.sort;
  const setSort = onSort ?? setOwn;
  const table = useRef<HTMLTableElement>(null);
  const valueOf = columns.find(({ key }) => key === sort?.column)?.sort;
  const ordered = useMemo(
    () => (sort === null || valueOf === undefined ? rows : sorted(rows, valueOf, sort.down)),
    // A column's function is new at each drawing; its key says which it is.
    [rows, sort?.column, sort?.down],
  );
  if (rows.length === 0 && empty !== undefined) return empty;
  const long = rows.length > plainMax;
  const Body = long ? VirtualBody : PlainBody;
  return (
    <div className={classes.frame}>
      <SortPicker columns={columns} sort={sort} onSort={setSort} />
      <table ref={table} role="table" className={classes.table} aria-label={label} aria-rowcount={rows.length + 1} data-long={long || undefined}>
        <colgroup>
          {columns.map(({ key, width }) => (
            <col key={key} style={{ width }} />
          ))}
        </colgroup>
        <Head columns={columns} sort={sort} onSort={(column) => setSort(nextSort(sort, column))} />
        <Body {...props} rows={ordered} table={table} />
      </table>
    </div>
  );
}
