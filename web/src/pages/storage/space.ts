// Where the bytes lie, as pieces of a bar that stand beside each other. Pure.

import type { StorageState } from '../../api/storage';

type PieceKind = 'raw' | 'rollup' | 'facts' | 'journal' | 'room' | 'ours' | 'backups' | 'exports' | 'others' | 'reserved';

export interface Piece {
  kind: PieceKind;
  bytes: number;
}

const some = (pieces: Piece[]): Piece[] => pieces.filter(({ bytes }) => bytes > 0);

/** What may be used: what lies there, and the room left. */
export function quotaPieces({ files, quota, disk }: StorageState): Piece[] {
  return some([
    { kind: 'raw', bytes: files.history_raw_bytes },
    { kind: 'rollup', bytes: files.history_rollup_bytes },
    { kind: 'facts', bytes: files.ledger_bytes + files.configuration_bytes },
    { kind: 'journal', bytes: files.journal_bytes },
    { kind: 'room', bytes: quota.bytes - disk.ours_bytes },
  ]);
}

/** The whole disk; null where it does not tell its size. */
export function diskPieces({ disk, outputs }: StorageState): Piece[] | null {
  const { total_bytes: total, free_bytes: free, reserved_bytes: reserved, ours_bytes: ours } = disk;
  if (total === null || free === null) return null;
  return some([
    { kind: 'ours', bytes: ours },
    { kind: 'backups', bytes: outputs.backups_bytes },
    { kind: 'exports', bytes: outputs.exports_bytes },
    { kind: 'others', bytes: total - free - ours - outputs.backups_bytes - outputs.exports_bytes },
    { kind: 'room', bytes: free - reserved },
    { kind: 'reserved', bytes: Math.min(free, reserved) },
  ]);
}

export type Outlook = 'refusing' | 'damaged' | 'disk' | 'empty' | 'measuring' | 'full' | 'filling' | 'room';

/** A disk that others fill is a trouble this soon. */
const diskSoonDays = 90;

/** The one thing to say about the store now, the worst first. */
export function outlookOf({ refusing, damaged_blocks, forecast, growth, files, quota, disk }: StorageState): Outlook {
  if (refusing) return 'refusing';
  if (damaged_blocks > 0) return 'damaged';
  if (forecast.disk_full_in_days !== null && forecast.disk_full_in_days < diskSoonDays) return 'disk';
  if (growth.bytes_per_day === null) return files.history_raw_bytes === 0 ? 'empty' : 'measuring';
  if (forecast.quota_full_in_days === null) return disk.ours_bytes >= quota.bytes ? 'full' : 'room';
  return forecast.quota_full_in_days <= 0 ? 'full' : 'filling';
}
