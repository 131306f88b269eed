// Joins the live stream to what the pages hold, and tells them how the stream is.

import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import i18next from 'i18next';
import { createContext, useContext, useEffect, useState, type ReactNode } from 'react';
import { ApiError } from '../api/client';
import { keys } from '../api/queries';
import type { LiveEvent, Machine, Status } from '../api/types';
import { timestampOf, type Instant } from '../api/units';
import { heardServerTime, serverNow, useNow } from './clock';
import { collectFor } from './fetches';
import { nextFrame } from './frames';
import { applyEvent, applyEvents, applyStatus, speaksOfOthers } from './live_events';
import type { News } from './live_hub';
import { LiveLink, ownHub, sharedHub } from './live_link';
import type { Link } from './live_stream';
import { MachineStoreProvider } from './machines';

const hiddenMsMax = 60_000;
const retryMs = 5000;
/** Documents were fetched before the stream began, and it does not repeat values: both meet here. */
const settleMs = 1000;

const LinkContext = createContext<Link>({ phase: 'connecting', heard: null });

export const useLink = (): Link => useContext(LinkContext);

/** The moment of the last news while nothing is heard, else null: a state does not grow unseen. */
export function useStoppedAt(): Instant | null {
  const { phase, heard } = useLink();
  return phase === 'broken' ? (heard as Instant | null) : null;
}

/** Now; but while nothing is heard, the moment of the last news. */
export function useKnownNow(): Instant {
  const now = useNow();
  return useStoppedAt() ?? now;
}

const liveDocuments = new Set<string>([keys.machines[0], keys.machine('')[0], keys.status[0]]);

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

function follow(queries: QueryClient, setLink: (link: Link) => void): () => void {
  let phase: Link['phase'] = 'connecting';
  let heard: number | null = null;
  let settleTimer: ReturnType<typeof setTimeout> | undefined;
  const settle = () =>
    void queries.invalidateQueries({ predicate: ({ queryKey }) => liveDocuments.has(String(queryKey[0])) });

  const take = ({ link, offset, reset, events }: News) => {
    if (offset !== null) heardServerTime(timestampOf((Date.now() + offset) as Instant));
    // While the stream is open the time of hearing is of no interest, and changes all the time.
    if (link.phase !== phase || (link.phase !== 'open' && link.heard !== heard))
      setLink({ phase: link.phase, heard: link.heard === null ? null : link.heard + (offset ?? 0) });
    heard = link.heard;
    if (link.phase !== phase && link.phase === 'open') {
      // The way is free again: what failed meanwhile is asked for without a person's help.
      void queries.invalidateQueries({ predicate: ({ state }) => state.status === 'error' });
      clearTimeout(settleTimer);
      settleTimer = setTimeout(settle, settleMs);
    }
    phase = link.phase;
    if (reset) void queries.invalidateQueries();
    if (events.length > 0) takeEvents(queries, events);
  };

  // The box may refuse an answer while its stream goes on: what failed for that is asked for again.
  const mayHeal = (error: unknown) => error instanceof ApiError && (error.status === 0 || error.status >= 500);
  const retryTimer = setInterval(() => {
    if (phase !== 'open' || document.hidden) return;
    void queries.refetchQueries({ type: 'active', predicate: ({ state }) => state.status === 'error' && mayHeal(state.error) });
  }, retryMs);

  const shared = typeof SharedWorker === 'undefined' ? null : sharedHub;
  const link = new LiveLink({ shared, own: ownHub }, (news, took) =>
    nextFrame(() => {
      take(news);
      took();
    }),
  );
  link.start();

  // What nobody looks at needs no events: coming back is told what it missed.
  let hiddenTimer: ReturnType<typeof setTimeout> | undefined;
  const onVisibility = () => {
    clearTimeout(hiddenTimer);
    if (document.hidden) hiddenTimer = setTimeout(() => link.setAwake(false), hiddenMsMax);
    else link.setAwake(true);
  };
  document.addEventListener('visibilitychange', onVisibility);
  // A page kept for the back button sleeps; one that is left for good says so.
  const onHide = ({ persisted }: PageTransitionEvent) => (persisted ? link.setAwake(false) : link.stop());
  const onShow = () => link.setAwake(true);
  addEventListener('pagehide', onHide);
  addEventListener('pageshow', onShow);
  return () => {
    clearTimeout(hiddenTimer);
    clearTimeout(settleTimer);
    clearInterval(retryTimer);
    document.removeEventListener('visibilitychange', onVisibility);
    removeEventListener('pagehide', onHide);
    removeEventListener('pageshow', onShow);
    link.stop();
  };
}

export function LiveProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const [link, setLink] = useState<Link>({ phase: 'connecting', heard: null });

  useEffect(() => follow(queries, setLink), [queries]);
  useEffect(() => {
    // Reasons and formulas come from the box in the language they were asked in.
    const onLanguage = () => void queries.invalidateQueries();
    i18next.on('languageChanged', onLanguage);
    return () => i18next.off('languageChanged', onLanguage);
  }, [queries]);

  return (
    <LinkContext.Provider value={link}>
      <MachineStoreProvider>{children}</MachineStoreProvider>
    </LinkContext.Provider>
  );
}
