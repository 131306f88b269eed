// A flood or a chattering alarm, said in words with what to do about it.

import { useQuery } from '@tanstack/react-query';
import { recentAlarmsQuery, type AlarmFilter } from '../../api/alarms';
import { instant, type Instant } from '../../api/units';
import { Icon } from '../../components/icons';
import { useWords } from '../../i18n';
import { useNow } from '../../state/clock';
import classes from './alarms.module.css';
import { floodMs, hintsOf } from './hints';

const lookedAtMax = 500;
const chattersShown = 3;
const minute = 60_000;

/** Asked for by whole minutes, so that an answer is used for a while. */
const since = (now: Instant): Instant => instant(Math.floor((now - floodMs) / minute) * minute);

export function HintsCard({ filter }: { filter: AlarmFilter }) {
  const { t } = useWords();
  const now = useNow();
  const { data } = useQuery(recentAlarmsQuery(filter, since(now), lookedAtMax));
  if (data === undefined) return null;
  const { flood, chatters } = hintsOf(data.items, now);
  return (
    <>
      {flood !== null && (
        <div className={classes.hint} role="status" data-hint="flood">
          <Icon name="warning" size={24} />
          <span>
            <strong>{t('alarms.flood', { count: flood })}</strong>
            <span>{t('alarms.floodText')}</span>
          </span>
        </div>
      )}
      {chatters.slice(0, chattersShown).map(({ machine, machine_name, code, text, count }) => (
        <div key={`${machine} ${code}`} className={classes.hint} role="status" data-hint="chatter">
          <Icon name="freshness" size={24} />
          <span>
            <strong>{t('alarms.chatter', { machine: machine_name, text: text || code, count })}</strong>
            <span>{t('alarms.chatterText')}</span>
          </span>
        </div>
      ))}
    </>
  );
}
