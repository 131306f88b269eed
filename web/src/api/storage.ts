// What the box keeps and for how long, its backups, and what another plant would take.

import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { currentLanguage } from '../i18n';
import { getJson, sendJson } from './client';
import type { HistoryPolicy } from './connections';
import type { Page } from './types';
import type { Span } from './queries';
import { timestampOf, type Ratio, type Seconds, type Timestamp } from './units';

/** What raw values are worth to those who ask later, the first to be dropped last. */
export const historyClasses = ['state', 'counter', 'energy', 'analog'] as const;
export type HistoryClass = (typeof historyClasses)[number];

export interface KeptClass {
  class: HistoryClass;
  signals: number;
  raw_bytes: number;
  /** The oldest raw value; null while there is none. */
  raw_from: Timestamp | null;
  raw_days: number;
  keep_days: number;
  /** What ends the time it is kept: its days, or the quota before them. Null: neither yet. */
  limit: 'days' | 'quota' | null;
}

/** Raw values of a time that went, or will go. */
export interface Drop {
  class: HistoryClass | 'rollup';
  from: Timestamp;
  to: Timestamp;
  bytes: number;
}

export interface StorageState {
  generated: Timestamp;
  disk: { total_bytes: number | null; free_bytes: number | null; reserved_bytes: number; ours_bytes: number };
  quota: { bytes: number; source: 'default' | 'plant' };
  files: { journal_bytes: number; ledger_bytes: number; history_raw_bytes: number; history_rollup_bytes: number; configuration_bytes: number; other_bytes: number };
  /** What the box wrote for others on the same disk: it fills that, and does not count to the quota. */
  outputs: { backups_bytes: number; exports_bytes: number };
  /** Null while too little was written to tell. */
  growth: { bytes_per_day: number | null; measured_over_s: Seconds };
  forecast: { quota_full_in_days: number | null; disk_full_in_days: number | null; drops_next: (Drop & { in_days: number | null }) | null };
  classes: KeptClass[];
  damaged_blocks: number;
  /** The reserve of the disk is touched: raw values wait in the journal. */
  refusing: boolean;
  /** `reason`: it was past its days, or the quota or the disk had no room. */
  last_drop: (Drop & { at: Timestamp; reason: 'days' | 'quota' | 'disk' }) | null;
}

export interface StoredSignal {
  machine: string;
  signal: string;
  class: HistoryClass;
  rows: number;
  bytes: number;
  bytes_per_row: number | null;
  bytes_per_day: number | null;
  first: Timestamp | null;
  last: Timestamp | null;
  policy: HistoryPolicy | null;
}

export type SignalOrder = 'bytes' | 'name';

/** `day` is a date of the plant: `2024-03-14`. */
export interface StoredDay {
  day: string;
  bytes: number;
  rows: number;
}

export interface SizingInputs {
  machines: number;
  signals: number;
  rate_s: Seconds;
  days: number;
  /** What may be used of a disk. */
  room_gb: number;
}

/** Whether this box measured a cost, or it is what is usual. */
export type Basis = 'measured' | 'usual';

export interface Sizing {
  inputs: SizingInputs;
  measured: { bytes_per_value: number; cpu_us_per_value: number; basis: Basis; cpu_basis: Basis };
  raw_bytes: number;
  rollup_bytes: number;
  journal_bytes: number;
  total_bytes: number;
  room_bytes: number;
  /** For how long the room takes all there is; null beyond 100 years, and where nothing is written. */
  lasts_days: number | null;
  cpu_share: Ratio;
  memory_bytes: number;
  /** `disk`: the whole of it fits into the room; `why` names what does not, and what to do. */
  fits: { disk: boolean; why: string };
}

export interface Backup {
  id: string;
  file: string;
  taken: Timestamp;
  bytes: number;
  /** Null: never restored for a trial. */
  verified: { at: Timestamp; ok: boolean; error: string | null } | null;
}

export interface BackupSchedule {
  folder: string;
  /** `03:30`, of the plant's clock. */
  at: string;
  keep_days: number;
}

export interface Backups {
  items: Backup[];
  schedule: BackupSchedule | null;
  /** `progress` is null while nobody knows how much there is. */
  running: { since: Timestamp; progress: Ratio | null; what?: 'backup' | 'verify'; id?: string | null } | null;
  /** Why the last one came to nothing; gone with the next that succeeds. */
  failed?: { at: Timestamp; what: string } | null;
}

const inWords = () => `lang=${currentLanguage()}`;

export const storageQuery = queryOptions({
  queryKey: ['storage', 'state'],
  queryFn: ({ signal }) => getJson<StorageState>(`/storage?${inWords()}`, signal),
  refetchInterval: 30_000,
});

export const storedSignalsQuery = (sort: SignalOrder, limit: number, cursor: string | null) =>
  queryOptions({
    queryKey: ['storage', 'signals', sort, limit, cursor],
    queryFn: ({ signal }) =>
      getJson<Page<StoredSignal>>(`/storage/signals?sort=${sort}&limit=${limit}${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`, signal),
    placeholderData: keepPreviousData,
  });

/** Of each day of the plant that the span touches. */
export const storedDaysQuery = (span: Span) =>
  queryOptions({
    queryKey: ['storage', 'days', span.from, span.to],
    queryFn: async ({ signal }) =>
      (await getJson<{ rows: StoredDay[] }>(`/storage/days?from=${encodeURIComponent(timestampOf(span.from))}&to=${encodeURIComponent(timestampOf(span.to))}`, signal)).rows,
    placeholderData: keepPreviousData,
    refetchInterval: 300_000,
  });

/** What is left out is what this plant has. */
export const sizingQuery = (inputs: Partial<SizingInputs>) =>
  queryOptions({
    queryKey: ['storage', 'sizing', inputs],
    queryFn: ({ signal }) => {
      const asked = new URLSearchParams({ lang: currentLanguage() });
      for (const [name, value] of Object.entries(inputs)) asked.set(name, String(value));
      return getJson<Sizing>(`/storage/sizing?${asked}`, signal);
    },
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });

export const backupsKey = ['storage', 'backups'] as const;

export const backupsQuery = queryOptions({
  queryKey: backupsKey,
  queryFn: ({ signal }) => getJson<Backups>(`/backups?${inWords()}`, signal),
  // While one is being taken, its progress is what one looks at.
  refetchInterval: ({ state: { data } }) => (data?.running != null ? 1000 : 30_000),
});

const backupPath = (id: string) => `/backups/${encodeURIComponent(id)}`;

function useBackupAction<Input>(mutationFn: (input: Input) => Promise<unknown>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn, onSettled: () => queries.invalidateQueries({ queryKey: ['storage'] }) });
}

export const useTakeBackup = () => useBackupAction(() => sendJson('POST', `/backups?${inWords()}`));
export const useVerifyBackup = () => useBackupAction((id: string) => sendJson('POST', `${backupPath(id)}/verify?${inWords()}`));
/** Ends what is being taken or tried. */
export const useCancelBackup = () => useBackupAction(() => sendJson('DELETE', '/backups/running'));
export const useDeleteBackup = () => useBackupAction((id: string) => sendJson('DELETE', backupPath(id)));
