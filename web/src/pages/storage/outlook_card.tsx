// The one thing to know first, in large; then how fast it grows and what goes.

import type { ReactNode } from 'react';
import type { Drop, StorageState } from '../../api/storage';
import { instantOf } from '../../api/units';
import { LightShape } from '../../components/lights';
import { Moment } from '../../components/moments';
import { useWords } from '../../i18n';
import { useSite } from '../../state/site';
import { formatBytes, formatDate, formatDuration, formatNumber } from '../../time/format';
import { outlookOf, type Outlook } from './space';
import { useDaysText } from './spans_text';
import classes from './storage.module.css';

const lightOf = { refusing: 'down', damaged: 'down', disk: 'warn', empty: 'unknown', measuring: 'unknown', full: 'ok', filling: 'ok', room: 'ok' } as const;

function useOutlookText(state: StorageState, outlook: Outlook): { title: string; text?: string } {
  const { t } = useWords();
  const daysText = useDaysText();
  const { forecast } = state;
  switch (outlook) {
    case 'refusing':
      return { title: t('storage.refusing'), text: t('storage.refusingText') };
    case 'damaged':
      return { title: t('storage.damaged', { count: formatNumber(state.damaged_blocks) }), text: t('storage.damagedText') };
    case 'disk':
      return { title: t('storage.diskFullIn', { days: daysText(forecast.disk_full_in_days ?? 0) }), text: t('storage.diskFullText') };
    case 'empty':
      return { title: t('storage.nothing'), text: t('storage.nothingText') };
    case 'measuring':
      return { title: t('storage.measuring'), text: t('storage.measuringText') };
    case 'full':
      return { title: t('storage.full'), text: t('storage.fullText') };
    case 'filling':
      return { title: t('storage.fullIn', { days: daysText(forecast.quota_full_in_days ?? 0) }), text: t('storage.fullText') };
    case 'room':
      return { title: t('storage.room') };
  }
}

function Figure({ name, value, note }: { name: string; value: ReactNode; note?: ReactNode }) {
  return (
    <div className={classes.figure}>
      <dt>{name}</dt>
      <dd className="number">{value}</dd>
      {note !== undefined && <dd className={classes.note}>{note}</dd>}
    </div>
  );
}

export function OutlookCard({ state }: { state: StorageState }) {
  const { t, duration } = useWords();
  const { timezone } = useSite();
  const daysText = useDaysText();
  const outlook = outlookOf(state);
  const { title, text } = useOutlookText(state, outlook);
  const { growth, forecast, last_drop } = state;
  const next = forecast.drops_next;
  const words = (drop: Drop) => ({ class: t(`history_class.${drop.class}`), from: formatDate(instantOf(drop.from), timezone), to: formatDate(instantOf(drop.to), timezone) });
  const when = (days: number | null) => (days === null || days <= 0 ? t('storage.soon') : t('storage.inTime', { days: daysText(days) }));
  return (
    <section className={`card ${classes.wide}`} aria-label={title} data-outlook={outlook}>
      <p className={classes.outlook} role="status">
        <LightShape status={lightOf[outlook]} size={26} />
        <strong>{title}</strong>
      </p>
      {text !== undefined && <p className={classes.outlookText}>{text}</p>}
      <dl className={classes.figures}>
        <Figure
          name={t('storage.perDay')}
          value={growth.bytes_per_day === null ? '—' : t('storage.perDayValue', { bytes: formatBytes(growth.bytes_per_day) })}
          note={growth.bytes_per_day === null ? t('storage.measuring') : t('storage.perDayNote', { time: formatDuration(growth.measured_over_s, duration) })}
        />
        {next === null ? (
          <Figure name={t('storage.dropsNext')} value={t('storage.dropsNothing')} note={t('storage.dropsNothingNote')} />
        ) : (
          <Figure name={t('storage.dropsNext')} value={when(next.in_days)} note={t(next.class === 'rollup' ? 'storage.dropsRollup' : 'storage.dropsRaw', { ...words(next), bytes: formatBytes(next.bytes) })} />
        )}
        {last_drop === null ? (
          <Figure name={t('storage.lastDrop')} value={t('storage.neverDropped')} />
        ) : (
          <Figure
            name={t('storage.lastDrop')}
            value={formatBytes(last_drop.bytes)}
            note={
              <>
                <Moment at={last_drop.at} withSeconds={false} /> · {t('storage.lastDropNote', words(last_drop))} · {t(`drop_reason.${last_drop.reason}`)}
              </>
            }
          />
        )}
      </dl>
    </section>
  );
}
