// How many alarms are active; filled while some of them nobody has acknowledged.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef } from 'react';
import { alarmCountsQuery } from '../../api/frame';
import type { LiveEvent } from '../../api/types';
import { useWords } from '../../i18n';
import { useLiveEvents } from '../../state/live';
import classes from './nav.module.css';

const shownMax = 99;
const askMsLeast = 2000;

export function AlarmCount() {
  const { t } = useWords();
  const queries = useQueryClient();
  const asking = useRef<ReturnType<typeof setTimeout>>(undefined);
  // A flood of alarms is asked about once every two seconds, and once after its last.
  const listen = useCallback(
    (events: readonly LiveEvent[]) => {
      if (asking.current !== undefined || !events.some(({ kind }) => kind === 'alarm')) return;
      asking.current = setTimeout(() => {
        asking.current = undefined;
        void queries.invalidateQueries({ queryKey: alarmCountsQuery.queryKey });
      }, askMsLeast);
    },
    [queries],
  );
  useLiveEvents(listen);
  const { data } = useQuery(alarmCountsQuery);
  if (data === undefined || data.active === 0) return null;
  return (
    <span className={`${classes.count} number`} data-new={data.unacknowledged > 0 || undefined}>
      <span aria-hidden="true">{data.active > shownMax ? `${shownMax}+` : data.active}</span>
      <span className="visually-hidden">{t('nav.activeAlarms', { count: data.active })}</span>
    </span>
  );
}
