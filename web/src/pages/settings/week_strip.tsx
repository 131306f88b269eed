// A week of shifts at a glance: a row a day, 24 hours across; a shift over midnight goes on in the
// next row, breaks are cut out.

import type { Shift } from '../../api/plant';
import { useWords } from '../../i18n';
import { clockOf, dayWords, segmentsOf } from './shift_plan';
import classes from './week_strip.module.css';

const hours = [0, 6, 12, 18, 24];
const share = (minutes: number) => `${(minutes / 1440) * 100}%`;

export function WeekStrip({ shifts }: { shifts: readonly Shift[] }) {
  const { t } = useWords();
  const segments = segmentsOf(shifts);
  return (
    <figure className={classes.strip} aria-label={t('shifts.week')}>
      <div className={classes.hours} aria-hidden="true">
        {hours.map((hour) => (
          <span key={hour} className="number" style={{ left: share(hour * 60) }}>
            {hour}
          </span>
        ))}
      </div>
      {dayWords.map((word, day) => {
        const own = segments.filter((segment) => segment.day === day);
        const said = own.filter(({ rest }) => !rest).map(({ shift, from, to }) => `${shifts[shift]?.name ?? ''} ${clockOf(from)}–${clockOf(to)}`);
        return (
          <div key={word} className={classes.day} data-day={word}>
            <span className={classes.word}>{t(`weekday.${word}`)}</span>
            <div className={classes.track} role="img" aria-label={`${t(`weekday.${word}`)}: ${shifts.length === 0 ? t('shifts.allDay') : said.join(', ') || t('shifts.noWork')}`}>
              {shifts.length === 0 && <span className={classes.segment} data-tone="0" style={{ left: 0, width: '100%' }} />}
              {own.map(({ shift, from, to, rest }) => (
                <span key={`${shift} ${from} ${rest}`} className={rest ? classes.rest : classes.segment} data-tone={shift % 4} style={{ left: share(from), width: share(to - from) }} />
              ))}
              {own
                .filter(({ rest, from, to }) => !rest && to - from >= 180)
                .map(({ shift, from, to }) => (
                  <span key={`${shift} ${from} name`} className={classes.name} data-tone={shift % 4} style={{ left: share(from), maxWidth: share(to - from) }}>
                    {shifts[shift]?.name}
                  </span>
                ))}
            </div>
          </div>
        );
      })}
    </figure>
  );
}
