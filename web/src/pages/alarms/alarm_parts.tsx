// What every list of alarms shows of one: its level, its words, whether somebody has seen it.

import { Link } from '@tanstack/react-router';
import type { Alarm, AlarmLevel } from '../../api/alarms';
import { Icon } from '../../components/icons';
import { Moment } from '../../components/moments';
import { useWords } from '../../i18n';
import { serverNow } from '../../state/clock';
import classes from './alarms.module.css';
import { windowAround } from './hints';
import { useAcknowledge } from './use_alarms';

export function LevelMark({ level }: { level: AlarmLevel }) {
  const { t } = useWords();
  return (
    <span className={classes.level} data-level={level}>
      <Icon name={level === 'fault' ? 'warning' : 'info'} size={20} />
      {t(`alarms.level.${level}`)}
    </span>
  );
}

/** The text leads to the machine, at that time. */
export function AlarmText({ alarm }: { alarm: Alarm }) {
  const { t } = useWords();
  return (
    <span className={classes.words}>
      <Link to="/machines/$id" params={{ id: alarm.machine }} search={windowAround(alarm, serverNow())} className={classes.link}>
        {alarm.text || t('alarms.noText')}
      </Link>
      {alarm.code !== '' && <span className={`${classes.code} number`}>{t('alarms.code', { code: alarm.code })}</span>}
    </span>
  );
}

/** A sentence with a moment in it: the words around the time differ, so the text is split at it. */
export function WithMoment({ sentence, at }: { sentence: (time: string) => string; at: string }) {
  const [before, after] = sentence('\u0000').split('\u0000');
  return (
    <>
      {before}
      <Moment at={at} />
      {after}
    </>
  );
}

export function AckButton({ alarm, compact }: { alarm: Alarm; compact?: boolean }) {
  const { t } = useWords();
  const { acknowledge, takeBack } = useAcknowledge();
  const about = { machine: alarm.machine_name, text: alarm.text || alarm.code };
  if (alarm.ack === null)
    return (
      <button type="button" className={classes.ack} data-compact={compact || undefined} aria-label={t('alarms.acknowledgeLabel', about)} onClick={() => acknowledge(alarm)}>
        <Icon name="check" size={20} />
        {t('alarms.acknowledge')}
      </button>
    );
  const { who, t: at } = alarm.ack;
  return (
    <span className={classes.acked}>
      <span className={classes.ackedWords}>
        <Icon name="check" size={18} />
        <span>
          <WithMoment at={at} sentence={(time) => (who === '' ? t('alarms.acknowledged', { time }) : t('alarms.acknowledgedBy', { time, who }))} />
        </span>
      </span>
      <button type="button" className={classes.back} aria-label={t('alarms.takeBackLabel', about)} title={t('alarms.takeBack')} onClick={() => takeBack(alarm)}>
        <Icon name="undo" size={20} />
      </button>
    </span>
  );
}
