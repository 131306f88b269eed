// The live connection: one EventSource, kept alive.
//
// The browser itself reconnects with Last-Event-ID after most failures; where it gives up (an
// error status, a proxy) this opens a new one, with a growing pause. Since a new one cannot say
// where it stopped, everything is fetched again then. A connection that is open but silent for
// too long is replaced as well: an open socket proves nothing.

import type { LiveEvent } from '../api/types';
import { liveKinds, parseLiveEvent } from './live_events';

export interface Source {
  readonly readyState: number;
  onopen: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  addEventListener(kind: string, listener: (event: { data: string }) => void): void;
  close(): void;
}

export interface LiveHooks {
  open: () => Source;
  /** Milliseconds of any steady clock. */
  now: () => number;
  onEvents: (events: LiveEvent[]) => void;
  onHello: (now: string) => void;
  /** What was heard so far has a hole: fetch again. */
  onReset: () => void;
  onLink: (link: Link) => void;
}

export interface Link {
  phase: 'connecting' | 'open' | 'broken';
  /** When something was last heard, on `now`'s clock; null before the first. */
  heard: number | null;
}

const closed = 2;
const batchMs = 100;
const batchMax = 5000;
const silenceMsMax = 45_000;
const retryMs = [500, 1000, 2000, 4000, 5000];

export class LiveStream {
  private source: Source | null = null;
  private pending: LiveEvent[] = [];
  private batchTimer: ReturnType<typeof setTimeout> | undefined;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private watchTimer: ReturnType<typeof setInterval> | undefined;
  private failures = 0;
  private opened = false;
  private link: Link = { phase: 'connecting', heard: null };

  constructor(private readonly hooks: LiveHooks) {}

  start(): void {
    if (this.watchTimer !== undefined) return;
    this.watchTimer = setInterval(() => this.watch(), 5000);
    this.connect();
  }

  /** After this nothing is called any more; start() begins anew. */
  stop(): void {
    clearInterval(this.watchTimer);
    clearTimeout(this.retryTimer);
    clearTimeout(this.batchTimer);
    this.watchTimer = this.retryTimer = this.batchTimer = undefined;
    this.source?.close();
    this.source = null;
    this.pending = [];
  }

  private connect(): void {
    this.retryTimer = undefined;
    this.source?.close();
    const source = this.hooks.open();
    this.source = source;
    const mine = () => this.source === source;

    source.onopen = () => {
      if (mine()) this.handleOpen();
    };
    source.onerror = () => {
      if (mine()) this.handleError();
    };
    source.addEventListener('hello', ({ data }) => {
      if (!mine()) return;
      this.heard();
      try {
        const body = JSON.parse(data) as { now?: unknown };
        if (typeof body.now === 'string') this.hooks.onHello(body.now);
      } catch {
        // A greeting that can't be read is no reason to hang up.
      }
    });
    source.addEventListener('reset', () => {
      if (!mine()) return;
      this.heard();
      this.pending = [];
      this.hooks.onReset();
    });
    for (const kind of liveKinds)
      source.addEventListener(kind, ({ data }) => {
        if (mine()) this.handleEvent(kind, data);
      });
    // A new source has no Last-Event-ID: what happened in between has to be fetched.
    if (this.opened) this.resetOnOpen = true;
  }

  private resetOnOpen = false;

  private handleOpen(): void {
    this.failures = 0;
    this.opened = true;
    this.heard();
    if (this.resetOnOpen) {
      this.resetOnOpen = false;
      this.hooks.onReset();
    }
  }

  private handleError(): void {
    this.setLink({ ...this.link, phase: 'broken' });
    if (this.source?.readyState !== closed || this.retryTimer !== undefined) return;
    const pause = retryMs[Math.min(this.failures, retryMs.length - 1)] ?? 5000;
    this.failures += 1;
    this.retryTimer = setTimeout(() => this.connect(), pause * (0.75 + Math.random() / 2));
  }

  private handleEvent(kind: string, data: string): void {
    this.heard();
    const event = parseLiveEvent(kind, data);
    if (event === null) return;
    this.pending.push(event);
    if (this.pending.length >= batchMax) this.flush();
    else this.batchTimer ??= setTimeout(() => this.flush(), batchMs);
  }

  private flush(): void {
    clearTimeout(this.batchTimer);
    this.batchTimer = undefined;
    const events = this.pending;
    this.pending = [];
    if (events.length > 0) this.hooks.onEvents(events);
  }

  private heard(): void {
    const heard = this.hooks.now();
    // Subscribers care about the phase, and about "heard" only once it stops: no call per event.
    if (this.link.phase === 'open') this.link = { phase: 'open', heard };
    else this.setLink({ phase: 'open', heard });
  }

  private setLink(link: Link): void {
    this.link = link;
    this.hooks.onLink(link);
  }

  private watch(): void {
    const { phase, heard } = this.link;
    if (phase === 'open' && heard !== null && this.hooks.now() - heard > silenceMsMax) {
      this.link = { phase, heard: this.hooks.now() };
      this.connect();
    }
  }
}
