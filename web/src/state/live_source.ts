// One request to /live, read as it comes. `fetch` instead of EventSource, because it hears the box's
// beats (comment lines), says itself where it stopped (Last-Event-ID), and keeps to our own pauses.

import { EventReader, type StreamEvent } from './event_reader';

export interface SourceHooks {
  /** The box answered, and the stream begins. */
  onOpen: () => void;
  /** Bytes came: beats count. Called once for each piece, with the events it completed. */
  onPiece: (events: StreamEvent[]) => void;
  /** The stream ended or never began. Nothing is called after it, nor after close(). */
  onEnd: () => void;
}

export interface Source {
  close(): void;
}

export type OpenSource = (lastEventId: string | null, hooks: SourceHooks) => Source;

export const openSource: OpenSource = (lastEventId, hooks) => {
  const abort = new AbortController();
  const read = async () => {
    const headers: Record<string, string> = { Accept: 'text/event-stream' };
    if (lastEventId !== null) headers['Last-Event-ID'] = lastEventId;
    const response = await fetch('/api/v1/live', { headers, cache: 'no-store', signal: abort.signal });
    if (!response.ok || response.body === null) return;
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    const events = new EventReader(lastEventId);
    hooks.onOpen();
    for (;;) {
      const { done, value } = await reader.read();
      if (done || abort.signal.aborted) return;
      hooks.onPiece(events.feed(decoder.decode(value, { stream: true })));
    }
  };
  void read()
    .catch(() => undefined) // Whatever went wrong, it is the end of this source.
    .then(() => {
      if (abort.signal.aborted) return;
      abort.abort();
      hooks.onEnd();
    });
  return { close: () => abort.abort() };
};
