// How much was written on each day: a bar a day, and the same as a table.

import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { storedDaysQuery, type StoredDay } from '../../api/storage';
import { Card } from '../../components/card';
import { Choice } from '../../components/choice';
import { EmptyState } from '../../components/empty_state';
import { Loaded } from '../../components/loaded';
import tables from '../../components/tables.module.css';
import { useWords } from '../../i18n';
import { serverNow, useToday } from '../../state/clock';
import { useSite } from '../../state/site';
import { formatBytes, formatNumber, showDate } from '../../time/format';
import { startOfDay } from '../../time/zone';
import classes from './storage.module.css';

const ranges = ['30', '90', '365'] as const;

function Bars({ rows }: { rows: readonly StoredDay[] }) {
  const { t } = useWords();
  const [at, setAt] = useState<number | null>(null);
  const most = Math.max(1, ...rows.map(({ bytes }) => bytes));
  const told = ({ day, bytes, rows: values }: StoredDay) => t('storage.writtenOf', { day: showDate(day), bytes: formatBytes(bytes), rows: formatNumber(values) });
  const shown = rows[at ?? rows.length - 1];
  const last = rows.length - 1;
  return (
    <>
      <div className={`${classes.told} number`}>
        <span role="status">{shown !== undefined && told(shown)}</span>
        <span className="dim">{t('storage.writtenMost', { bytes: formatBytes(most) })}</span>
      </div>
      <div
        className={classes.days}
        role="slider"
        tabIndex={0}
        aria-label={t('storage.written')}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={at ?? last}
        aria-valuetext={shown === undefined ? '' : told(shown)}
        onKeyDown={(event) => {
          const step = { ArrowLeft: -1, ArrowRight: 1, Home: -rows.length, End: rows.length }[event.key];
          if (step === undefined) return;
          event.preventDefault();
          setAt(Math.min(last, Math.max(0, (at ?? last) + step)));
        }}
        onPointerLeave={() => setAt(null)}
        data-days={rows.length}
      >
        {rows.map(({ day, bytes }, place) => (
          <span key={day} className={classes.day} data-at={place === (at ?? -1) || undefined} onPointerEnter={() => setAt(place)} onPointerDown={() => setAt(place)}>
            <span style={{ height: `${(100 * bytes) / most}%` }} />
          </span>
        ))}
      </div>
      <div className={`${classes.axis} number`} aria-hidden="true">
        <span>{rows[0] !== undefined && showDate(rows[0].day)}</span>
        <span>{rows[last] !== undefined && showDate(rows[last].day)}</span>
      </div>
      <details className={tables.details}>
        <summary>{t('trend.table')}</summary>
        <div className={tables.scroll} tabIndex={0} role="region" aria-label={t('storage.written')}>
          <table className={tables.table}>
            <thead>
              <tr>
                <th>{t('storage.day')}</th>
                <th className={tables.right}>{t('storage.bytes')}</th>
                <th className={tables.right}>{t('storage.rows')}</th>
              </tr>
            </thead>
            <tbody>
              {[...rows].reverse().map(({ day, bytes, rows: values }) => (
                <tr key={day}>
                  <td className="number">{showDate(day)}</td>
                  <td className={`${tables.right} number`}>{formatBytes(bytes)}</td>
                  <td className={`${tables.right} number`}>{formatNumber(values)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </>
  );
}

export function DaysCard() {
  const { t } = useWords();
  const { timezone } = useSite();
  const today = useToday(timezone);
  const [range, setRange] = useState<(typeof ranges)[number]>('30');
  const span = useMemo(() => ({ from: startOfDay(serverNow(), timezone, 1 - Number(range)), to: startOfDay(serverNow(), timezone, 1) }), [range, timezone, today]);
  const query = useQuery(storedDaysQuery(span));
  return (
    <Card
      title={t('storage.written')}
      aside={
        <span className={classes.choice}>
          <Choice bare label={t('storage.writtenRange')} options={ranges.map((value) => ({ value, word: t('storage.lastDays', { count: value }) }))} value={range} onChoose={setRange} />
        </span>
      }
      className={classes.wide}
    >
      <Loaded query={query} isEmpty={(rows) => rows.every(({ bytes }) => bytes === 0)} empty={<EmptyState title={t('storage.writtenNone')} />}>
        {(rows) => <Bars rows={rows} />}
      </Loaded>
    </Card>
  );
}
