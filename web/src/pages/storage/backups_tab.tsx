// Backups: when they are taken by themselves, one now, whether each can be restored, and how.

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { backupsQuery, useCancelBackup, useDeleteBackup, useTakeBackup, type Backup, type Backups } from '../../api/storage';
import { Banner } from '../../components/banners';
import { Card } from '../../components/card';
import { ConfirmDialog } from '../../components/confirm_dialog';
import { Icon } from '../../components/icons';
import { Loaded } from '../../components/loaded';
import { LightShape } from '../../components/lights';
import { Age, Moment } from '../../components/moments';
import { ProgressNote } from '../../components/progress_note';
import { SkeletonRows } from '../../components/skeletons';
import { Stale } from '../../components/stale';
import { toastDone, toastFailed } from '../../components/undo_toast';
import { useWords } from '../../i18n';
import { formatBytes, formatDateTime, formatNumber, formatPercent } from '../../time/format';
import { useSite } from '../../state/site';
import { useTold } from '../../state/clock';
import { instantOf, secondsBetween } from '../../api/units';
import { BackupList } from './backup_list';
import { lastGoodOf } from './last_good';
import classes from './storage.module.css';

/** Two nights and a morning: one that was missed is no reason to worry yet. */
const oldSeconds = 60 * 3600;

function Schedule({ schedule }: Pick<Backups, 'schedule'>) {
  const { t } = useWords();
  return (
    <Card title={t('backup.schedule')}>
      {schedule === null ? (
        <>
          <p className={classes.lead}>
            <Icon name="warning" size={22} />
            <strong>{t('backup.unscheduled')}</strong>
          </p>
          <p className={classes.note}>{t('backup.unscheduledText')}</p>
        </>
      ) : (
        <p className={classes.lead}>
          <Icon name="clock" size={22} />
          <span>
            {t('backup.scheduled', { at: schedule.at })} <code>{schedule.folder}</code> · {t('backup.kept', { days: formatNumber(schedule.keep_days) })}
          </span>
        </p>
      )}
      <Button component={Link} to="/settings" search={{ tab: 'storage' } as never} variant={schedule === null ? 'filled' : 'default'} leftSection={<Icon name="settings" />} data-action="schedule">
        {schedule === null ? t('backup.set') : t('backup.change')}
      </Button>
    </Card>
  );
}

/** The one thing to know of backups: how old is what could be gone back to? */
function Safety({ items }: Pick<Backups, 'items'>) {
  const { t } = useWords();
  const { timezone } = useSite();
  const last = lastGoodOf(items);
  const old = useTold((now) => (last !== null && secondsBetween(instantOf(last.taken), now) > oldSeconds ? 'yes' : 'no')) === 'yes';
  if (items.length === 0) return null;
  return (
    <div className={classes.safety} data-safety={last === null ? 'none' : old ? 'old' : 'good'}>
      <p className={classes.lead}>
        <LightShape status={last === null || old ? 'warn' : 'ok'} size={22} />
        <strong>
          {last === null ? (
            t('backup.noneGood')
          ) : (
            <>
              {t('backup.lastGood')} <Age at={last.taken} />
            </>
          )}
        </strong>
      </p>
      <p className={classes.note}>{last === null ? t('backup.noneGoodText') : old ? t('backup.oldGood') : formatDateTime(instantOf(last.taken), timezone, false)}</p>
    </div>
  );
}

function Restore({ example }: { example: string }) {
  const { t } = useWords();
  return (
    <Card title={t('backup.restore')}>
      <p className={classes.note}>{t('backup.restoreText')}</p>
      <pre className={classes.command} tabIndex={0}>{`spindle restore ${example}`}</pre>
    </Card>
  );
}

export function BackupsTab() {
  const { t } = useWords();
  const { timezone } = useSite();
  const query = useQuery(backupsQuery);
  const take = useTakeBackup();
  const stop = useCancelBackup();
  const remove = useDeleteBackup();
  const [asked, setAsked] = useState<Backup | null>(null);
  const running = query.data?.running ?? null;
  const failed = query.data?.failed ?? null;
  const lastGood = asked?.verified?.ok === true && query.data?.items.filter(({ verified }) => verified?.ok === true).length === 1;
  const confirm = async () => {
    if (asked === null) return;
    try {
      await remove.mutateAsync(asked.id);
      toastDone(t('backup.deleted'));
    } catch (error) {
      toastFailed(error);
    }
    setAsked(null);
  };
  return (
    <Loaded query={query} skeleton={<SkeletonRows />}>
      {({ items, schedule }) => (
        <Stale>
          <div className={classes.backups}>
            {failed !== null && (
              <div className={classes.wide}>
                <Banner severity="error" icon="warning" title={t('backup.failed', { time: formatDateTime(instantOf(failed.at), timezone, false) })}>
                  {failed.what}
                </Banner>
              </div>
            )}
            <Schedule schedule={schedule} />
            <Card
              title={t('backup.list')}
              className={classes.list}
              aside={
                <Button leftSection={<Icon name="disk" />} loading={take.isPending} disabled={running !== null} onClick={() => take.mutate(undefined, { onError: (error) => toastFailed(error) })} data-action="backup">
                  {t('backup.now')}
                </Button>
              }
            >
              {running !== null && (
                <ProgressNote
                  what={running.what === 'verify' ? t('backup.verifying') : t('backup.running')}
                  done={running.progress}
                  total={1}
                  told={running.progress === null ? undefined : formatPercent(running.progress, 0)}
                  onCancel={() => stop.mutate(undefined, { onSuccess: () => toastDone(t('backup.cancelled')), onError: (error) => toastFailed(error) })}
                />
              )}
              <Safety items={items} />
              <BackupList items={items} busy={running !== null} onDelete={setAsked} />
            </Card>
            <Restore example={items[0]?.file ?? '/media/usb/spindle/…'} />
          </div>
          <ConfirmDialog opened={asked !== null} title={t('backup.deleteTitle')} action={t('backup.delete')} icon="trash" danger busy={remove.isPending} onConfirm={() => void confirm()} onCancel={() => setAsked(null)}>
            {asked !== null && (
              <>
                <p>
                  <Moment at={asked.taken} withSeconds={false} /> · {formatBytes(asked.bytes)}
                </p>
                <p>{t('backup.deleteText')}</p>
                {lastGood && (
                  <p className={classes.lead}>
                    <Icon name="warning" />
                    <strong>{t('backup.deleteLast')}</strong>
                  </p>
                )}
              </>
            )}
          </ConfirmDialog>
        </Stale>
      )}
    </Loaded>
  );
}
