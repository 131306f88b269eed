// The newest backup that was restored for a trial and can be. Pure.

import type { Backup } from '../../api/storage';

export const lastGoodOf = (items: readonly Backup[]): Backup | null =>
  items.filter(({ verified }) => verified?.ok === true).reduce<Backup | null>((last, each) => (last === null || each.taken > last.taken ? each : last), null);
