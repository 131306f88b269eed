// The alarms that stand: where, what, how long, and whether anybody has taken it on.

import type { Alarm } from '../../api/alarms';
import { Icon } from '../../components/icons';
import { StateIcon } from '../../components/state_icon';
import { useWords } from '../../i18n';
import { isCritical } from './alarm_watch';
import { Lasting } from './big';
import board from './board.module.css';
import classes from './alarms_screen.module.css';

const rowsMost = 6;

export function AlarmsScreen({ alarms, fresh }: { alarms: Alarm[]; fresh: ReadonlyMap<string, number> }) {
  const { t } = useWords();
  if (alarms.length === 0)
    return (
      <p className={board.message} data-good>
        <Icon name="check" size="2em" />
        {t('board.noAlarms')}
      </p>
    );
  const shown = alarms.slice(0, rowsMost);
  return (
    <div className={classes.alarms}>
      {shown.map((alarm) => (
        <article key={alarm.id} className={classes.row} data-alarm={alarm.id} data-critical={isCritical(alarm) || undefined} data-fresh={fresh.has(alarm.id) || undefined}>
          <span className={classes.sign}>
            {isCritical(alarm) ? <StateIcon state="alarm" size="1.5em" /> : <Icon name="warning" size="1.5em" />}
          </span>
          <div className={classes.what}>
            <h3>{alarm.machine_name || alarm.machine}</h3>
            <p>{[alarm.code, alarm.text].filter(Boolean).join(' · ')}</p>
          </div>
          <span className={classes.ack} data-acked={alarm.ack !== null || undefined}>
            {alarm.ack === null ? t('board.unacked') : t('board.acked', { who: alarm.ack.who })}
          </span>
          <Lasting since={alarm.from} />
        </article>
      ))}
      {alarms.length > rowsMost && <p className={classes.more}>{t('board.moreAlarms', { count: alarms.length - rowsMost })}</p>}
    </div>
  );
}
