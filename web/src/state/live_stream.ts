// The live connection: one stream from the box, kept alive.
//
// When it breaks, a new one is opened after a growing pause and goes on after the last event heard;
// only the box knows whether that is still possible, and says `reset` when it is not. A stream that
// is open but silent for longer than the box's beats allow is replaced: an open socket proves nothing.

import type { LiveEvent } from '../api/types';
import type { StreamEvent } from './event_reader';
import { parseLiveEvent } from './live_events';
import type { OpenSource, Source } from './live_source';

export interface LiveHooks {
  open: OpenSource;
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

const batchMs = 50;
const batchMax = 5000;
const watchMs = 2000;
// The box beats every 10 s.
const silenceMsMax = 25_000;
const retryMs = [300, 700, 1500, 3000, 5000];

export class LiveStream {
  private source: Source | null = null;
  private lastEventId: string | null = null;
  private pending: LiveEvent[] = [];
  private batchTimer: ReturnType<typeof setTimeout> | undefined;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private watchTimer: ReturnType<typeof setInterval> | undefined;
  private failures = 0;
  private connectedAt = 0;
  private link: Link = { phase: 'connecting', heard: null };

  constructor(private readonly hooks: LiveHooks) {}

  /** How the connection stands, with the latest time of hearing: onLink tells phases only. */
  get state(): Link {
    return this.link;
  }

  start(): void {
    if (this.watchTimer !== undefined) return;
    this.watchTimer = setInterval(() => this.watch(), watchMs);
    this.setLink({ phase: 'connecting', heard: this.link.heard });
    this.connect();
  }

  /** After this nothing is called any more; start() goes on after what was heard last. */
  stop(): void {
    clearInterval(this.watchTimer);
    clearTimeout(this.retryTimer);
    this.watchTimer = this.retryTimer = undefined;
    this.source?.close();
    this.source = null;
    this.flush();
  }

  private connect(): void {
    clearTimeout(this.retryTimer);
    this.retryTimer = undefined;
    this.source?.close();
    this.connectedAt = this.hooks.now();
    this.source = this.hooks.open(this.lastEventId, {
      onOpen: () => this.heard(),
      onPiece: (events) => this.handlePiece(events),
      onEnd: () => this.handleEnd(),
    });
  }

  private handleEnd(): void {
    this.source = null;
    this.flush();
    this.setLink({ phase: 'broken', heard: this.link.heard });
    const pause = retryMs[Math.min(this.failures, retryMs.length - 1)] ?? 5000;
    this.failures += 1;
    this.retryTimer = setTimeout(() => this.connect(), pause * (0.75 + Math.random() / 2));
  }

  private handlePiece(events: StreamEvent[]): void {
    this.heard();
    for (const event of events) this.handleEvent(event);
  }

  private handleEvent({ kind, data, id }: StreamEvent): void {
    this.lastEventId = id;
    if (kind === 'hello') return this.handleHello(data);
    if (kind === 'reset') {
      clearTimeout(this.batchTimer);
      this.batchTimer = undefined;
      this.pending = [];
      return this.hooks.onReset();
    }
    const event = parseLiveEvent(kind, data);
    if (event === null) return;
    this.pending.push(event);
    if (this.pending.length >= batchMax) this.flush();
    else this.batchTimer ??= setTimeout(() => this.flush(), batchMs);
  }

  private handleHello(data: string): void {
    this.failures = 0;
    try {
      const body = JSON.parse(data) as { now?: unknown } | null;
      if (typeof body?.now === 'string') this.hooks.onHello(body.now);
    } catch {
      // A greeting that can't be read is no reason to hang up.
    }
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
    // Listeners care about the phase, and about "heard" only once it stops: no call per event.
    if (this.link.phase === 'open') this.link = { phase: 'open', heard };
    else this.setLink({ phase: 'open', heard });
  }

  private setLink(link: Link): void {
    this.link = link;
    this.hooks.onLink(link);
  }

  private watch(): void {
    if (this.source === null) return;
    const since = Math.max(this.connectedAt, this.link.heard ?? 0);
    if (this.hooks.now() - since <= silenceMsMax) return;
    this.setLink({ phase: 'broken', heard: this.link.heard });
    this.connect();
  }
}
