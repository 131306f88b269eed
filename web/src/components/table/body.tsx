// The rows of a table: all of them, or of a long list those that are on the screen.

import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useRef, useState, type KeyboardEvent, type RefObject } from 'react';
import type { DataTableProps } from './data_table';
import classes from './data_table.module.css';

type BodyProps<Row> = DataTableProps<Row> & { table: RefObject<HTMLTableElement | null> };

const rowPx = 49;

interface RowProps<Row> {
  props: BodyProps<Row>;
  row: Row;
  index: number;
  tabbable: boolean;
  onKey: (event: KeyboardEvent, index: number) => void;
  onFocus: (index: number) => void;
  measure?: (element: HTMLElement | null) => void;
}

function TableRow<Row>({ props, row, index, tabbable, onKey, onFocus, measure }: RowProps<Row>) {
  const { columns, onOpen, dataOf } = props;
  const opens = onOpen !== undefined;
  return (
    <tr
      ref={measure}
      role="row"
      aria-rowindex={index + 2}
      data-index={index}
      data-opens={opens || undefined}
      tabIndex={opens ? (tabbable ? 0 : -1) : undefined}
      onKeyDown={opens ? (event) => onKey(event, index) : undefined}
      onFocus={opens ? () => onFocus(index) : undefined}
      onClick={
        opens
          ? (event) => {
              // A button or link inside the row means itself.
              if (!(event.target as Element).closest('a, button, input, label, select')) onOpen(row);
            }
          : undefined
      }
      {...dataOf?.(row)}
    >
      {columns.map(({ key, head, cell, align, card }) => (
        <td key={key} role="cell" data-align={align} data-card={card ?? 'line'} data-head={head}>
          {cell(row)}
        </td>
      ))}
    </tr>
  );
}

/** Arrow keys walk the rows; `bring` makes a row that is not drawn come into sight first. */
function useWalk<Row>({ rows, onOpen, table }: BodyProps<Row>, bring: (index: number) => void) {
  const [at, setAt] = useState(0);
  const onKey = (event: KeyboardEvent, index: number) => {
    if (event.target !== event.currentTarget) return;
    const last = rows.length - 1;
    const goal = { ArrowDown: index + 1, ArrowUp: index - 1, PageDown: index + 10, PageUp: index - 10, Home: 0, End: last }[event.key];
    const row = rows[index];
    if (event.key === 'Enter' && row !== undefined) onOpen?.(row);
    else if (goal !== undefined) {
      event.preventDefault();
      const next = Math.max(0, Math.min(last, goal));
      bring(next);
      requestAnimationFrame(() => table.current?.querySelector<HTMLElement>(`tr[data-index="${next}"]`)?.focus());
    }
  };
  return { at: Math.min(at, Math.max(0, rows.length - 1)), onKey, onFocus: setAt };
}

export function PlainBody<Row>(props: BodyProps<Row>) {
  const { at, onKey, onFocus } = useWalk(props, () => undefined);
  return (
    <tbody role="rowgroup">
      {props.rows.map((row, index) => (
        <TableRow key={props.keyOf(row)} props={props} row={row} index={index} tabbable={index === at} onKey={onKey} onFocus={onFocus} />
      ))}
    </tbody>
  );
}

function Spacer({ height, columns }: { height: number; columns: number }) {
  if (height <= 0) return null;
  return (
    <tr className={classes.spacer} aria-hidden="true" style={{ height }}>
      <td colSpan={columns} />
    </tr>
  );
}

export function VirtualBody<Row>(props: BodyProps<Row>) {
  const { rows, columns, keyOf, table } = props;
  const body = useRef<HTMLTableSectionElement>(null);
  const [margin, setMargin] = useState(0);
  useLayoutEffect(() => setMargin((body.current?.getBoundingClientRect().top ?? 0) + window.scrollY), []);
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => rowPx,
    overscan: 12,
    scrollMargin: margin,
    getItemKey: (index) => keyOf(rows[index] as Row),
  });
  const { at, onKey, onFocus } = useWalk(props, (index) => virtual.scrollToIndex(index));
  const shown = virtual.getVirtualItems();
  const first = shown[0];
  const last = shown.at(-1);
  return (
    <tbody ref={body} role="rowgroup">
      <Spacer height={(first?.start ?? margin) - margin} columns={columns.length} />
      {shown.map(({ index, key }) => (
        <TableRow key={key} props={{ ...props, table }} row={rows[index] as Row} index={index} tabbable={index === at} onKey={onKey} onFocus={onFocus} measure={virtual.measureElement} />
      ))}
      <Spacer height={virtual.getTotalSize() - ((last?.end ?? margin) - margin)} columns={columns.length} />
    </tbody>
  );
}
