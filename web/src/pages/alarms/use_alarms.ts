// The alarm centre's data, kept current by the live stream, and what is done about an alarm.

import { useQueryClient, type InfiniteData, type QueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import { acknowledge, alarmsKey, unacknowledge, type Alarm, type AlarmPage } from '../../api/alarms';
import type { LiveEvent } from '../../api/types';
import { toastDone, toastFailed } from '../../components/undo_toast';
import { useWords } from '../../i18n';
import { useLiveEvents } from '../../state/live';

const askMsLeast = 1500;

/** Asks again after an alarm was heard; a flood is asked about once in a while, and after its last. */
export function useAlarmEvents(): void {
  const queries = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useLiveEvents(
    useCallback(
      (events: readonly LiveEvent[]) => {
        if (timer.current !== undefined || !events.some(({ kind }) => kind === 'alarm')) return;
        timer.current = setTimeout(() => {
          timer.current = undefined;
          void queries.invalidateQueries({ queryKey: alarmsKey });
        }, askMsLeast);
      },
      [queries],
    ),
  );
}

const inPage = (page: AlarmPage, now: Alarm): AlarmPage => {
  const before = page.items.find(({ id }) => id === now.id);
  if (before === undefined) return page;
  const step = before.active ? Number(now.ack === null) - Number(before.ack === null) : 0;
  return {
    ...page,
    items: page.items.map((each) => (each.id === now.id ? { ...each, ack: now.ack } : each)),
    counts: { ...page.counts, unacknowledged: page.counts.unacknowledged + step },
  };
};

/** Puts an alarm as it is now into every list that shows it. */
function show(queries: QueryClient, now: Alarm): void {
  queries.setQueriesData<AlarmPage | InfiniteData<AlarmPage>>({ queryKey: alarmsKey }, (data) => {
    if (data === undefined || Array.isArray(data)) return data;
    return 'pages' in data ? { ...data, pages: data.pages.map((page) => inPage(page, now)) } : inPage(data, now);
  });
}

/** One tap says that an alarm was seen; the note that says so takes it back. */
export function useAcknowledge(): { acknowledge: (alarm: Alarm) => void; takeBack: (alarm: Alarm) => void } {
  const queries = useQueryClient();
  const { t } = useWords();
  const send = async (alarm: Alarm, what: (id: string) => Promise<Alarm>, shown: Alarm['ack']) => {
    await queries.cancelQueries({ queryKey: alarmsKey });
    show(queries, { ...alarm, ack: shown });
    try {
      show(queries, await what(alarm.id));
      return true;
    } catch (error) {
      show(queries, alarm);
      toastFailed(error);
      return false;
    }
  };
  const takeBack = (alarm: Alarm) => void send(alarm, unacknowledge, null);
  return {
    takeBack,
    acknowledge: (alarm) => {
      const ack = { t: new Date().toISOString(), who: '', note: null };
      void send(alarm, acknowledge, ack).then((done) => {
        if (done) toastDone(t('alarms.acknowledgedToast', { machine: alarm.machine_name, text: alarm.text || alarm.code }), () => takeBack({ ...alarm, ack }));
      });
    },
  };
}
