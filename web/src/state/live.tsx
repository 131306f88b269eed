// Joins the live stream to what the pages hold, and tells them how the stream is.

import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import i18next from 'i18next';
import { createContext, useContext, useEffect, useState, type ReactNode } from 'react';
import { keys } from '../api/queries';
import type { LiveEvent, Machine, Status } from '../api/types';
import type { Instant } from '../api/units';
import { heardServerTime, serverNow, useNow } from './clock';
import { collectFor } from './fetches';
import { applyEvent, applyEvents, applyStatus, speaksOfOthers } from './live_events';
import { LiveStream, type Link, type Source } from './live_stream';

const hiddenMsMax = 60_000;

const LinkContext = createContext<Link>({ phase: 'connecting', heard: null });

export const useLink = (): Link => useContext(LinkContext);

/** Now; but while nothing is heard, the moment of the last news: a state does not grow unseen. */
export function useKnownNow(): Instant {
  const now = useNow();
  const link = useLink();
  return link.phase === 'broken' && link.heard !== null ? (link.heard as Instant) : now;
}

type Listener = (events: readonly LiveEvent[]) => void;
const listeners = new Set<Listener>();

/** Calls `listener` with each batch of events while the component lives. */
export function useLiveEvents(listener: Listener): void {
  useEffect(() => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, [listener]);
}

/** A list that stays without a machine is not asked for again at each of its events. */
const othersMsLeast = 5000;
let othersAsked = 0;

function takeEvents(queries: QueryClient, events: LiveEvent[]): void {
  const now = serverNow();
  collectFor(events);
  const machines = queries.getQueryData<Machine[]>(keys.machines);
  if (machines !== undefined) {
    queries.setQueryData(keys.machines, applyEvents(machines, events, now));
    if (speaksOfOthers(machines, events) && now - othersAsked > othersMsLeast) {
      othersAsked = now;
      void queries.invalidateQueries({ queryKey: keys.machines });
    }
  }
  for (const event of events)
    if (event.kind !== 'status')
      queries.setQueryData<Machine>(keys.machine(event.machine), (machine) =>
        machine === undefined ? undefined : applyEvent(machine, event, now),
      );
  queries.setQueryData<Status>(keys.status, (status) =>
    status === undefined ? undefined : applyStatus(status, events),
  );
  for (const listener of listeners) listener(events);
}

export function LiveProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const [link, setLink] = useState<Link>({ phase: 'connecting', heard: null });

  useEffect(() => {
    const stream = new LiveStream({
      open: () => new EventSource('/api/v1/live') as unknown as Source,
      now: serverNow,
      onEvents: (events) => takeEvents(queries, events),
      onHello: heardServerTime,
      onReset: () => void queries.invalidateQueries(),
      onLink: (now) => {
        setLink(now);
        // The way is free again: what failed meanwhile is asked for without a person's help.
        if (now.phase === 'open')
          void queries.invalidateQueries({ predicate: ({ state }) => state.status === 'error' });
      },
    });
    stream.start();

    // A browser keeps at most six connections to one server: tabs nobody looks at give theirs back.
    let hiddenTimer: ReturnType<typeof setTimeout> | undefined;
    const onVisibility = () => {
      clearTimeout(hiddenTimer);
      if (document.hidden) hiddenTimer = setTimeout(() => stream.stop(), hiddenMsMax);
      else stream.start();
    };
    document.addEventListener('visibilitychange', onVisibility);

    // Reasons and formulas come from the box in the language they were asked in.
    const onLanguage = () => void queries.invalidateQueries();
    i18next.on('languageChanged', onLanguage);
    return () => {
      clearTimeout(hiddenTimer);
      document.removeEventListener('visibilitychange', onVisibility);
      stream.stop();
      i18next.off('languageChanged', onLanguage);
    };
  }, [queries]);

  return <LinkContext.Provider value={link}>{children}</LinkContext.Provider>;
}
