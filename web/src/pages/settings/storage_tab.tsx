// How long values are kept, how much of the disk they may take, when the box copies itself.

import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { PlantSettings } from '../../api/plant';
import { historyClasses, storageQuery } from '../../api/storage';
import { Card } from '../../components/card';
import { EmptyState } from '../../components/empty_state';
import { Complaining } from '../../components/form/complaints';
import { CheckField, FieldRow, TextField } from '../../components/form/fields';
import { Icon } from '../../components/icons';
import { useWords } from '../../i18n';
import { formatBytes, formatNumber } from '../../time/format';
import { ApplyBar } from './apply_bar';
import { ExportsEditor } from './exports_editor';
import { tidyClock } from './shift_plan';
import { checkStorage, shortened, storageDraft, storageOf, type StorageDraft } from './storage_form';
import { useApply } from './use_apply';
import classes from './settings_page.module.css';

export function StorageTab({ plant }: { plant: PlantSettings }) {
  const { t } = useWords();
  if (plant.storage === undefined) return <EmptyState icon="disk" title={t('storage_form.old')} text={t('storage_form.oldText')} />;
  return <StorageForm plant={plant} />;
}

function StorageForm({ plant }: { plant: PlantSettings }) {
  const { t } = useWords();
  const [draft, setDraft] = useState(() => storageDraft(plant));
  const [showAll, setShowAll] = useState(false);
  const applying = useApply(plant.generation, () => undefined);
  const own = useMemo(() => checkStorage(draft), [draft]);
  const wrong = useMemo(() => new Map([...applying.refused, ...own]), [applying.refused, own]);
  const set = (part: Partial<StorageDraft>) => setDraft((before) => ({ ...before, ...part }));
  const loses = shortened(draft, useQuery(storageQuery).data);
  const said = (each: StorageDraft) => JSON.stringify(storageOf(each, plant));
  const dirty = said(draft) !== said(storageDraft(plant));
  return (
    <Complaining wrong={wrong} showAll={showAll}>
      <div className={classes.stack}>
        <Card title={t('storage_form.limits')}>
          <FieldRow>
            <TextField label={t('storage_form.quota')} path="/storage/quota_gb" help={t('storage_form.quotaHelp')} inputMode="decimal" unit="GB" value={draft.quota_gb} onChange={(quota_gb) => set({ quota_gb })} />
            <TextField label={t('storage_form.leaveFree')} path="/storage/leave_free" help={t('storage_form.leaveFreeHelp')} inputMode="decimal" unit="%" value={draft.leave_free} onChange={(leave_free) => set({ leave_free })} />
          </FieldRow>
        </Card>
        <Card title={t('storage_form.keep')} aside={<span className="dim">{t('storage_form.keepNote')}</span>}>
          <FieldRow>
            {historyClasses.map((each) => (
              <TextField
                key={each}
                label={t(`history_class.${each}`)}
                path={`/storage/keep/${each}_days`}
                help={t(`history_class_note.${each}`)}
                inputMode="numeric"
                unit={t('sizing.daysUnit')}
                value={draft.keep[each]}
                onChange={(days) => set({ keep: { ...draft.keep, [each]: days } })}
              />
            ))}
          </FieldRow>
          {dirty && (loses.classes.length > 0 || loses.quota) && (
            <p className={classes.loses} role="status" data-loses>
              <Icon name="warning" />
              <span>
                <strong>{t('storage_form.loses')}</strong>{' '}
                {[
                  ...loses.classes.map((each) => t('storage_form.losesClass', { class: t(`history_class.${each.class}`), days: formatNumber(each.raw_days, 0) })),
                  ...(loses.quota ? [t('storage_form.losesQuota', { used: formatBytes(loses.used) })] : []),
                ].join(' · ')}
              </span>
            </p>
          )}
        </Card>
        <Card title={t('storage_form.backups')}>
          <CheckField label={t('storage_form.backupsOn')} checked={draft.backs_up} onChange={(backs_up) => set({ backs_up })} help={draft.backs_up ? undefined : t('backup.unscheduledText')} />
          {draft.backs_up && (
            <FieldRow>
              <TextField label={t('storage_form.folder')} path="/storage/backups/folder" help={t('storage_form.folderHelp')} mono placeholder="/media/usb/spindle" value={draft.folder} onChange={(folder) => set({ folder })} />
              <TextField label={t('storage_form.at')} path="/storage/backups/at" help={t('storage_form.atHelp')} inputMode="numeric" placeholder="03:30" tidy={tidyClock} value={draft.at} onChange={(at) => set({ at })} />
              <TextField label={t('storage_form.keepDays')} path="/storage/backups/keep_days" inputMode="numeric" unit={t('sizing.daysUnit')} value={draft.keep_days} onChange={(keep_days) => set({ keep_days })} />
            </FieldRow>
          )}
        </Card>
        <Card title={t('exports.title')} aside={<span className="dim">{t('exports.note')}</span>}>
          <ExportsEditor exports={draft.exports} onChange={(exports) => set({ exports })} />
        </Card>
        <ApplyBar dirty={dirty} wrong={showAll ? own.size : 0} busy={applying.looking} onReset={() => setDraft(storageDraft(plant))} onApply={() => (own.size > 0 ? setShowAll(true) : void applying.review({ storage: storageOf(draft, plant) }))} />
        {applying.dialog}
      </div>
    </Complaining>
  );
}
