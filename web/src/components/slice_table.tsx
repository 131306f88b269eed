// What a trend draws, as a table: for reading aloud, for copying, and for who wants the number.

import { useState } from 'react';
import { instant } from '../api/units';
import type { Line } from '../charts';
import { useWords } from '../i18n';
import { formatDateTime, formatNumber } from '../time/format';
import { lowerBound } from '../timeline/tracks';
import type { View } from '../timeline/view';
import { Pager } from './pager';
import tables from './tables.module.css';

const perPage = 50;

export function SliceTable({ lines, view, zone }: { lines: readonly Line[]; view: View; zone: string }) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  return (
    <details className={tables.details} open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('trend.table')}</summary>
      {open && <Rows lines={lines} view={view} zone={zone} />}
    </details>
  );
}

function Rows({ lines, view, zone }: { lines: readonly Line[]; view: View; zone: string }) {
  const { t } = useWords();
  const [page, setPage] = useState(0);
  const at = lines[0]?.slices.at ?? new Float64Array();
  const first = lowerBound(at, view.from);
  const last = lowerBound(at, view.to);
  const pages = Math.max(1, Math.ceil((last - first) / perPage));
  const shown = Math.min(page, pages - 1);
  const rows = Array.from({ length: Math.max(0, Math.min(perPage, last - first - shown * perPage)) }, (_, i) => first + shown * perPage + i);
  return (
    <>
      <div className={tables.scroll} tabIndex={0} role="region" aria-label={t('trend.table')}>
        <table className={tables.table}>
          <thead>
            <tr>
              <th>{t('trend.time')}</th>
              {lines.map(({ id, label, unit }) => (
                <th key={id} className={tables.right}>
                  {label} {unit !== '' && `(${unit})`}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((i) => (
              <tr key={i}>
                <td className="number">{formatDateTime(instant(at[i] ?? 0), zone)}</td>
                {lines.map(({ id, slices: { min, avg, max } }) => (
                  <td key={id} className={`${tables.right} number`}>
                    {Number.isNaN(avg[i] ?? NaN) ? t('trend.gap') : formatNumber(avg[i] ?? 0)}
                    {(max[i] ?? 0) > (min[i] ?? 0) && (
                      <span className={tables.sub}>
                        {formatNumber(min[i] ?? 0)} … {formatNumber(max[i] ?? 0)}
                      </span>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Pager page={shown} pages={pages} onPage={setPage} />
    </>
  );
}
