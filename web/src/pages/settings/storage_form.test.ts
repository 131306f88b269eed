import { describe, expect, it } from 'vitest';
import type { StorageState } from '../../api/storage';
import { checkStorage, exportDraft, shortened, storageDraft, storageOf } from './storage_form';

const whole = { quota_gb: 20.5, keep: { state_days: 100, counter_days: 200, energy_days: 300, analog_days: 30 }, leave_free: 0.07, backups: { folder: '/media/nas', at: '04:00', keep_days: 7 }, exports: [{ name: 'erp', folder: '/media/usb', every: 'hour' as const, at: '00:10', format: 'xml', signals: ['vmc-1/*'] }] };

describe('storage settings', () => {
  it('come back as they were', () => expect(storageOf(storageDraft({ storage: whole }), { storage: whole })).toEqual(whole));
  it('that say nothing are the usual', () =>
    expect(storageOf(storageDraft({ storage: {} }), {})).toEqual({ quota_gb: null, keep: { state_days: 3650, counter_days: 3650, energy_days: 3650, analog_days: 365 }, leave_free: 0.1, backups: null }));
  it('of every share survive being written in percent', () => {
    for (const share of [0.01, 0.07, 0.1, 0.29, 0.35, 0.57, 0.9, 0.123456]) expect(storageOf(storageDraft({ storage: { leave_free: share } }), {}).leave_free).toBe(share);
  });
  it('that the form does not show stay as they were', () => {
    const more = { ...whole, later: true };
    expect(storageOf({ ...storageDraft({ storage: more }), quota_gb: '5' }, { storage: more })).toEqual({ ...more, quota_gb: 5 });
  });
  it('are right as they come', () => expect(checkStorage(storageDraft({ storage: whole })).size).toBe(0));

  it.each([
    [{ quota_gb: '0.01' }, '/storage/quota_gb'],
    [{ quota_gb: '-3' }, '/storage/quota_gb'],
    [{ leave_free: '95' }, '/storage/leave_free'],
    [{ leave_free: '' }, '/storage/leave_free'],
    [{ keep: { state: '1', counter: '1', energy: '1', analog: '1.5' } }, '/storage/keep/analog_days'],
    [{ folder: 'usb' }, '/storage/backups/folder'],
    [{ at: '24:00' }, '/storage/backups/at'],
    [{ keep_days: '0' }, '/storage/backups/keep_days'],
    [{ exports: [exportDraft({ folder: 'x' })] }, '/storage/exports/0/folder'],
    [{ exports: [exportDraft({ folder: '/x', name: 'a/b' })] }, '/storage/exports/0/name'],
    [{ exports: [exportDraft({ folder: '/x', every: 'hour', at: '08:00' })] }, '/storage/exports/0/at'],
  ])('%o is wrong', (part, path) => expect([...checkStorage({ ...storageDraft({ storage: whole }), ...part }).keys()]).toEqual([path]));

  it('a folder that is not used is not asked for', () => expect(checkStorage({ ...storageDraft({ storage: {} }), folder: '' }).size).toBe(0));

  it('tell what would go', () => {
    const now = { classes: [{ class: 'analog', raw_days: 200 }, { class: 'state', raw_days: 10 }], disk: { ours_bytes: 8e9 } } as unknown as StorageState;
    const { classes, quota } = shortened({ ...storageDraft({ storage: whole }), quota_gb: '5' }, now);
    expect(classes.map((each) => each.class)).toEqual(['analog']);
    expect(quota).toBe(true);
    expect(shortened(storageDraft({ storage: {} }), now)).toMatchObject({ classes: [], quota: false });
  });
});
