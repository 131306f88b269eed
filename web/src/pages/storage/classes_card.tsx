// For how long raw values of each class are kept, as it is and as it is meant to be.

import type { KeptClass, StorageState } from '../../api/storage';
import { instantOf } from '../../api/units';
import { Card } from '../../components/card';
import { DataTable, type Column } from '../../components/table/data_table';
import tables from '../../components/tables.module.css';
import { useWords } from '../../i18n';
import { useSite } from '../../state/site';
import { formatBytes, formatDate, formatNumber } from '../../time/format';
import { useDaysText } from './spans_text';
import classes from './storage.module.css';

export function ClassesCard({ state }: { state: StorageState }) {
  const { t } = useWords();
  const { timezone } = useSite();
  const daysText = useDaysText();
  const columns: Column<KeptClass>[] = [
    {
      key: 'class',
      head: t('storage.class'),
      cell: (each) => (
        <>
          <strong>{t(`history_class.${each.class}`)}</strong>
          <span className={tables.sub}>{t(`history_class_note.${each.class}`)}</span>
        </>
      ),
      card: 'head',
    },
    { key: 'signals', head: t('storage.signals'), cell: ({ signals }) => <span className="number">{formatNumber(signals)}</span>, align: 'right' },
    { key: 'bytes', head: t('storage.bytes'), cell: ({ raw_bytes }) => <strong className={classes.figureCell}>{formatBytes(raw_bytes)}</strong>, align: 'right' },
    {
      key: 'reach',
      head: t('storage.reach'),
      cell: ({ raw_from, raw_days }) =>
        raw_from === null ? (
          '—'
        ) : (
          <span className={classes.figureCell}>
            {daysText(raw_days)}
            <span className={tables.sub}>{t('storage.since', { date: formatDate(instantOf(raw_from), timezone) })}</span>
          </span>
        ),
      align: 'right',
    },
    {
      key: 'keep',
      head: t('storage.keep'),
      cell: ({ keep_days, limit, signals }) => (
        <span className="number">
          {daysText(keep_days)}
          {signals > 0 && <span className={tables.sub}>{t(`storage_limit.${limit ?? 'none'}`)}</span>}
        </span>
      ),
      align: 'right',
    },
  ];
  return (
    <Card title={t('storage.classes')} aside={<span className="dim">{t('storage.classesNote')}</span>} className={classes.wide}>
      <DataTable label={t('storage.classes')} rows={state.classes} columns={columns} keyOf={(each) => each.class} dataOf={(each) => ({ 'data-class': each.class })} />
    </Card>
  );
}
