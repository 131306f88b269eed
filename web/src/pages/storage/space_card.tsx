// Two bars: what of the quota is used by what, and what of the disk by whom.

import { useComputedColorScheme } from '@mantine/core';
import type { StorageState } from '../../api/storage';
import { lineColor } from '../../charts/colors';
import { Card } from '../../components/card';
import { useWords } from '../../i18n';
import { formatBytes } from '../../time/format';
import { diskPieces, quotaPieces, type Piece } from './space';
import classes from './storage.module.css';

/** Room is no colour, what is reserved is striped. */
const colourPlace: Partial<Record<Piece['kind'], number>> = { raw: 0, rollup: 2, facts: 3, journal: 1, ours: 0, backups: 4, exports: 5, others: 7 };

function Bar({ label, pieces }: { label: string; pieces: readonly Piece[] }) {
  const { t } = useWords();
  const scheme = useComputedColorScheme('light');
  const paint = (kind: Piece['kind']) => (colourPlace[kind] === undefined ? undefined : { background: lineColor(colourPlace[kind], scheme) });
  const told = pieces.map(({ kind, bytes }) => `${t(`piece.${kind}`)} ${formatBytes(bytes)}`);
  return (
    <>
      <div className={classes.bar} role="img" aria-label={`${label}: ${told.join(', ')}`}>
        {pieces.map(({ kind, bytes }) => (
          <span key={kind} className={classes.piece} data-kind={kind} style={{ flexGrow: bytes, ...paint(kind) }} />
        ))}
      </div>
      <ul className={classes.legend} aria-hidden="true">
        {pieces.map(({ kind, bytes }) => (
          <li key={kind}>
            <span className={classes.swatch} data-kind={kind} style={paint(kind)} />
            {t(`piece.${kind}`)} <strong className="number">{formatBytes(bytes)}</strong>
          </li>
        ))}
      </ul>
    </>
  );
}

export function SpaceCard({ state }: { state: StorageState }) {
  const { t } = useWords();
  const { quota, disk } = state;
  const whole = diskPieces(state);
  return (
    <Card title={t('storage.space')}>
      <div className={classes.barHead}>
        <span>{t('storage.quota')}</span>
        <strong className="number">{t('storage.quotaUsed', { used: formatBytes(disk.ours_bytes), total: formatBytes(quota.bytes) })}</strong>
      </div>
      <Bar label={t('storage.quota')} pieces={quotaPieces(state)} />
      <p className={classes.note}>{quota.source === 'plant' ? t('storage.quotaPlant') : t('storage.quotaDefault')}</p>
      <div className={classes.barHead}>
        <span>{t('storage.disk')}</span>
        {disk.free_bytes !== null && disk.total_bytes !== null && <strong className="number">{t('storage.diskFree', { free: formatBytes(disk.free_bytes), total: formatBytes(disk.total_bytes) })}</strong>}
      </div>
      {whole === null ? <p className={classes.note}>{t('storage.diskUnknown')}</p> : <Bar label={t('storage.disk')} pieces={whole} />}
    </Card>
  );
}
