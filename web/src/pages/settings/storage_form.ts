// The storage settings as they are being written: every field as text. Empty is the usual.

import type { ExportSchedule, PlantSettings, StorageSettings } from '../../api/plant';
import { historyClasses, type KeptClass, type StorageState } from '../../api/storage';
import type { Complaint } from '../../components/form/complaints';

export interface StorageDraft {
  quota_gb: string;
  /** In percent, as people say it. */
  leave_free: string;
  keep: Record<(typeof historyClasses)[number], string>;
  backs_up: boolean;
  folder: string;
  at: string;
  keep_days: string;
  exports: ExportDraft[];
}

export interface ExportDraft {
  name: string;
  folder: string;
  every: 'day' | 'hour';
  at: string;
  format: string;
  signals: string[];
}

const usual = { leave_free: 0.1, keep: { state: 3650, counter: 3650, energy: 3650, analog: 365 }, at: '03:30', keep_days: 30 };

const text = (value: number | string | null | undefined, otherwise: number | string = ''): string => String(value ?? otherwise);

export const exportDraft = ({ name, folder, every, at, format, signals }: ExportSchedule): ExportDraft => ({
  name: text(name, 'spindle'),
  folder,
  every: every ?? 'day',
  at: text(at, '00:05'),
  format: text(format, 'csv'),
  signals: signals ?? [],
});

export function storageDraft({ storage = {} }: Pick<PlantSettings, 'storage'>): StorageDraft {
  const { quota_gb, keep, leave_free, backups, exports } = storage;
  return {
    quota_gb: text(quota_gb),
    leave_free: text(Number(((leave_free ?? usual.leave_free) * 100).toFixed(4))),
    keep: Object.fromEntries(historyClasses.map((each) => [each, text(keep?.[`${each}_days`], usual.keep[each])])) as StorageDraft['keep'],
    backs_up: backups != null,
    folder: text(backups?.folder),
    at: text(backups?.at, usual.at),
    keep_days: text(backups?.keep_days, usual.keep_days),
    exports: (exports ?? []).map(exportDraft),
  };
}

const dayTime = /^([01]\d|2[0-3]):[0-5]\d$/;
const range = (least: number, most: number): Complaint => ({ key: 'form.wrong.range', values: { least: least.toLocaleString('en-US'), most: most.toLocaleString('en-US') } });
const within = (written: string, least: number, most: number): boolean => /^\d+(\.\d+)?$/.test(written.trim()) && Number(written) >= least && Number(written) <= most;

/** What is wrong, by the path the box uses. */
export function checkStorage(draft: StorageDraft): Map<string, Complaint> {
  const wrong = new Map<string, Complaint>();
  const days = (path: string, written: string) => {
    if (!/^\d+$/.test(written.trim())) wrong.set(path, { key: 'form.wrong.whole' });
    else if (!within(written, 1, 36_500)) wrong.set(path, range(1, 36_500));
  };
  if (draft.quota_gb.trim() !== '' && !within(draft.quota_gb, 0.05, 1_000_000)) wrong.set('/storage/quota_gb', range(0.05, 1_000_000));
  if (!within(draft.leave_free, 1, 90)) wrong.set('/storage/leave_free', range(1, 90));
  for (const each of historyClasses) days(`/storage/keep/${each}_days`, draft.keep[each]);
  draft.exports.forEach((each, place) => {
    const path = `/storage/exports/${place}`;
    if (!/^[^/\\:*?"<>|.][^/\\:*?"<>|]{0,63}$/.test(each.name.trim())) wrong.set(`${path}/name`, { key: 'storage_form.wrongName' });
    if (!each.folder.trim().startsWith('/')) wrong.set(`${path}/folder`, { key: 'storage_form.wrongFolder' });
    if (!(each.every === 'hour' ? /^00:[0-5]\d$/ : dayTime).test(each.at)) wrong.set(`${path}/at`, { key: each.every === 'hour' ? 'storage_form.wrongMinutes' : 'storage_form.wrongTime' });
  });
  if (!draft.backs_up) return wrong;
  if (!draft.folder.trim().startsWith('/')) wrong.set('/storage/backups/folder', { key: 'storage_form.wrongFolder' });
  if (!dayTime.test(draft.at)) wrong.set('/storage/backups/at', { key: 'storage_form.wrongTime' });
  days('/storage/backups/keep_days', draft.keep_days);
  return wrong;
}

/**
 * What is sent: what the form does not show stays as it was. Call it only when checkStorage() finds
 * nothing.
 */
export function storageOf(draft: StorageDraft, { storage = {} }: Pick<PlantSettings, 'storage'>): StorageSettings {
  return {
    ...storage,
    quota_gb: draft.quota_gb.trim() === '' ? null : Number(draft.quota_gb),
    keep: Object.fromEntries(historyClasses.map((each) => [`${each}_days`, Number(draft.keep[each])])),
    leave_free: Number((Number(draft.leave_free) / 100).toFixed(6)),
    backups: draft.backs_up ? { folder: draft.folder.trim(), at: draft.at, keep_days: Number(draft.keep_days) } : null,
    // A box that does not know them yet would refuse the key.
    ...((storage.exports != null || draft.exports.length > 0) && { exports: draft.exports.map((each) => ({ ...each, name: each.name.trim(), folder: each.folder.trim() })) }),
  };
}

/** What would go soon if this were in force: raw values older than the days, or beyond the quota. */
export function shortened(draft: StorageDraft, now: StorageState | undefined): { classes: KeptClass[]; quota: boolean; used: number } {
  if (now === undefined) return { classes: [], quota: false, used: 0 };
  const quota = draft.quota_gb.trim() === '' ? Infinity : Number(draft.quota_gb) * 1e9;
  return {
    classes: now.classes.filter((each) => each.raw_days > Number(draft.keep[each.class])),
    quota: now.disk.ours_bytes > quota,
    used: now.disk.ours_bytes,
  };
}
