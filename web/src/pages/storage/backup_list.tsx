// The backups there are: when, where, how large, and whether they were tried.

import { Button } from '@mantine/core';
import { useVerifyBackup, type Backup } from '../../api/storage';
import { instantOf } from '../../api/units';
import { EmptyState } from '../../components/empty_state';
import { Icon } from '../../components/icons';
import { LightShape } from '../../components/lights';
import { Age } from '../../components/moments';
import { DataTable, type Column } from '../../components/table/data_table';
import tables from '../../components/tables.module.css';
import { toastFailed } from '../../components/undo_toast';
import { useWords } from '../../i18n';
import { useSite } from '../../state/site';
import { formatBytes, formatDateTime } from '../../time/format';
import classes from './storage.module.css';

function Verified({ verified }: Pick<Backup, 'verified'>) {
  const { t } = useWords();
  if (verified === null)
    return (
      <span className={tables.state}>
        <LightShape status="unknown" size={18} />
        {t('backup.untried')}
      </span>
    );
  return (
    <>
      <span className={tables.state}>
        <LightShape status={verified.ok ? 'ok' : 'down'} size={18} />
        {verified.ok ? t('backup.good') : t('backup.bad')}
      </span>
      <span className={tables.sub}>
        {t('backup.triedAgo')} <Age at={verified.at} />
      </span>
      {verified.error !== null && <span className={classes.why}>{verified.error}</span>}
    </>
  );
}

interface Props {
  items: readonly Backup[];
  /** One is being taken or tried: nothing else begins. */
  busy: boolean;
  onDelete: (backup: Backup) => void;
}

export function BackupList({ items, busy, onDelete }: Props) {
  const { t } = useWords();
  const { timezone } = useSite();
  const verify = useVerifyBackup();
  const time = ({ taken }: Backup) => formatDateTime(instantOf(taken), timezone, false);
  const columns: Column<Backup>[] = [
    {
      key: 'taken',
      head: t('backup.taken'),
      cell: ({ taken }) => (
        <>
          <strong className="number">{formatDateTime(instantOf(taken), timezone, false)}</strong>
          <span className={tables.sub}>
            <Age at={taken} />
          </span>
        </>
      ),
      sort: ({ taken }) => taken,
      width: '11rem',
      card: 'head',
    },
    { key: 'size', head: t('backup.size'), cell: ({ bytes }) => <span className="number">{formatBytes(bytes)}</span>, sort: ({ bytes }) => bytes, align: 'right', width: '7rem', card: 'aside' },
    {
      key: 'verified',
      head: t('backup.verified'),
      cell: ({ verified }) => (
        <div>
          <Verified verified={verified} />
        </div>
      ),
      card: 'wide',
    },
    { key: 'file', head: t('backup.file'), cell: ({ file }) => <code className={classes.file}>{file}</code>, card: 'wide' },
    {
      key: 'actions',
      align: 'right',
      width: '15rem',
      head: t('storage.actions'),
      cell: (backup) => (
        <span className={classes.rowActions}>
          <Button variant="default" disabled={busy} leftSection={<Icon name="check" size={18} />} aria-label={t('backup.verifyOf', { time: time(backup) })} onClick={() => verify.mutate(backup.id, { onError: (error) => toastFailed(error) })} data-action="verify">
            {t('backup.verify')}
          </Button>
          <Button variant="default" disabled={busy} leftSection={<Icon name="trash" size={18} />} aria-label={t('backup.deleteOf', { time: time(backup) })} onClick={() => onDelete(backup)} data-action="delete">
            {t('backup.delete')}
          </Button>
        </span>
      ),
      card: 'wide',
    },
  ];
  return (
    <DataTable
      label={t('backup.list')}
      rows={items}
      columns={columns}
      keyOf={({ id }) => id}
      dataOf={({ id, verified }) => ({ 'data-backup': id, 'data-verified': verified === null ? 'no' : verified.ok ? 'ok' : 'bad' })}
      empty={<EmptyState icon="disk" title={t('backup.none')} text={t('backup.noneText')} />}
    />
  );
}
