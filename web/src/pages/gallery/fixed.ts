// What the gallery shows stands still: pictures of it are compared.

import { instantOf, ratio, seconds } from '../../api/units';
import { ApiError } from '../../api/client';
import type { Backup, StorageState } from '../../api/storage';
import type { MachineState } from '../../state/states';

export const zone = 'Asia/Taipei';
export const fixedNow = instantOf('2024-03-14T06:05:09Z');
export const shiftStart = instantOf('2024-03-14T00:00:00Z');
export const age = seconds(95);
export const share = ratio(0.823);
export const lowShare = ratio(0.41);
export const wave = Array.from({ length: 40 }, (_, n) => (n > 14 && n < 19 ? null : 50 + 30 * Math.sin(n / 4) + (n % 5)));

export interface Row {
  id: string;
  name: string;
  state: MachineState;
  parts: number | null;
}

export const rows: Row[] = [
  { id: 'vmc-1', name: '立式加工機 1', state: 'run', parts: 306 },
  { id: 'vmc-10', name: '立式加工機 10', state: 'alarm', parts: 338 },
  { id: 'vmc-2', name: '立式加工機 2', state: 'idle', parts: 317 },
  { id: 'saw-1', name: '圓鋸機 1', state: 'offline', parts: null },
];

export const manyRows: Row[] = Array.from({ length: 1000 }, (_, n) => ({
  id: `m-${n}`,
  name: `CNC ${n + 1}`,
  state: (['run', 'idle', 'setup', 'alarm', 'offline'] as const)[n % 5] ?? 'run',
  parts: (n * 37) % 500,
}));

const asked = { refetch: () => Promise.reject(new Error()), isPlaceholderData: false } as const;
type Query = { data: Row[] | undefined; error: Error | null; refetch: never; isPlaceholderData: boolean };
const query = (data: Row[] | undefined, error: Error | null): Query => ({ ...asked, data, error }) as unknown as Query;

/** One query in each state a page must draw. */
export const queries = {
  loading: query(undefined, null),
  unreachable: query(undefined, new ApiError(0, '', '')),
  failed: query(undefined, new ApiError(500, 'Internal error', 'this request failed inside the program; see its log')),
  denied: query(undefined, new ApiError(403, 'Forbidden', '')),
  empty: query([], null),
  data: query(rows, null),
};

const growing: StorageState = {
  generated: '2024-03-14T06:05:09Z',
  disk: { total_bytes: 64e9, free_bytes: 41e9, reserved_bytes: 6.4e9, ours_bytes: 7.2e9 },
  quota: { bytes: 38.4e9, source: 'default' },
  files: { journal_bytes: 0.2e9, ledger_bytes: 0.1e9, history_raw_bytes: 6.3e9, history_rollup_bytes: 0.6e9, configuration_bytes: 1e6, other_bytes: 0 },
  outputs: { backups_bytes: 5.2e9, exports_bytes: 0 },
  growth: { bytes_per_day: 19.7e6, measured_over_s: seconds(14 * 86_400) },
  forecast: { quota_full_in_days: 1584, disk_full_in_days: null, drops_next: { class: 'analog', from: '2023-03-15T00:00:00Z', to: '2023-03-16T00:00:00Z', bytes: 9.4e6, in_days: 0.4 } },
  classes: [],
  damaged_blocks: 0,
  refusing: false,
  last_drop: { at: '2024-03-13T00:05:00Z', class: 'analog', from: '2023-03-14T00:00:00Z', to: '2023-03-15T00:00:00Z', bytes: 9.1e6, reason: 'days' },
};
const still = { growth: { bytes_per_day: null, measured_over_s: seconds(0) }, forecast: { quota_full_in_days: null, disk_full_in_days: null, drops_next: null }, last_drop: null };

/** Well, soon without a disk, in trouble, and new. */
export const storageStates: StorageState[] = [
  growing,
  { ...growing, forecast: { ...growing.forecast, disk_full_in_days: 12 } },
  { ...growing, refusing: true },
  { ...growing, damaged_blocks: 3 },
  { ...growing, ...still },
  { ...growing, ...still, files: { ...growing.files, history_raw_bytes: 0 } },
];

const backup = (day: string, verified: Backup['verified']): Backup => ({ id: day, file: `/media/usb/spindle/spindle_${day}.zip`, taken: `${day}T19:30:00Z`, bytes: 1.9e9, verified });
export const backups: Backup[] = [
  backup('2024-03-10', null),
  backup('2024-03-09', { at: '2024-03-09T19:33:00Z', ok: true, error: null }),
  backup('2024-03-08', { at: '2024-03-08T19:33:00Z', ok: false, error: 'history/analog-00000031.seg: checksum of the record at 8,413,184 is wrong' }),
];
