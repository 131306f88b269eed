// One live stream for all tabs of a browser: a browser keeps at most six connections to a server, so
// that a seventh tab with a stream of its own would never load.
//
// Each tab gets one message at a time and says when it took it. A tab that is frozen, slow or gone
// therefore costs one message, never a growing queue; when it comes back it gets what is still kept,
// or `reset`: fetch everything again. A tab that nobody looks at may sleep; when all do, the stream
// is given back.

import type { LiveEvent } from '../api/types';
import type { Link, LiveHooks } from './live_stream';

/** What a tab has not heard yet, at one go. To be answered with `took`. */
export interface News {
  link: Link;
  /** The box's clock minus this device's, in ms; null before it is known. */
  offset: number | null;
  /** There is a hole: what was fetched so far may be wrong. */
  reset: boolean;
  events: LiveEvent[];
}

export type ToHub = 'join' | 'took' | 'sleep' | 'wake' | 'leave';

export interface HubStream {
  readonly state: Link;
  start(): void;
  stop(): void;
}

interface Tab {
  send: (news: News) => void;
  /** Number of the last event it got; null: it has a hole. */
  taken: number | null;
  /** When news went out that it has not taken yet. */
  owes: number | null;
  awake: boolean;
  /** Link or clock changed since its last news. */
  behind: boolean;
}

const keptMax = 5000;
const owesMsMax = 120_000;
/** Each tab hears from the hub at least this often, and so knows that the hub still lives. */
export const beatMs = 4000;

export class LiveHub {
  private readonly tabs = new Map<object, Tab>();
  private readonly stream: HubStream;
  private kept: LiveEvent[] = [];
  /** Number of the newest event; the oldest kept one is `newest - kept.length + 1`. */
  private newest = 0;
  private offset: number | null = null;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(
    makeStream: (hooks: Omit<LiveHooks, 'open' | 'now'>) => HubStream,
    private readonly now: () => number,
  ) {
    this.stream = makeStream({
      onEvents: (events) => this.handleEvents(events),
      onHello: (at) => this.handleHello(at),
      onReset: () => this.handleReset(),
      onLink: () => this.tellAll(),
    });
  }

  /** What the tab behind `key` says. One that was forgotten and speaks again has a hole. */
  handle(key: object, message: ToHub, send: (news: News) => void): void {
    if (message === 'leave') {
      this.tabs.delete(key);
      return this.balance();
    }
    let tab = this.tabs.get(key);
    if (tab === undefined) {
      const taken = message === 'join' ? this.newest : null;
      tab = { send, taken, owes: null, awake: true, behind: true };
      this.tabs.set(key, tab);
    }
    if (message === 'took') tab.owes = null;
    else tab.awake = message !== 'sleep';
    if (message === 'join' || message === 'wake') tab.behind = true;
    this.balance();
    this.serve(tab);
  }

  /** Runs the stream while anybody is awake. */
  private balance(): void {
    const wanted = [...this.tabs.values()].some(({ awake }) => awake);
    if (wanted === (this.timer !== undefined)) return;
    if (wanted) {
      this.timer = setInterval(() => this.beat(), beatMs);
      this.stream.start();
    } else {
      clearInterval(this.timer);
      this.timer = undefined;
      this.stream.stop();
    }
  }

  private serve(tab: Tab): void {
    if (!tab.awake || tab.owes !== null || (tab.taken === this.newest && !tab.behind)) return;
    const missed = tab.taken === null ? Infinity : this.newest - tab.taken;
    const reset = missed > this.kept.length;
    tab.taken = this.newest;
    tab.owes = this.now();
    tab.behind = false;
    const events = reset || missed === 0 ? [] : this.kept.slice(-missed);
    tab.send({ link: this.stream.state, offset: this.offset, reset, events });
  }

  private handleEvents(events: readonly LiveEvent[]): void {
    this.newest += events.length;
    this.kept = [...this.kept, ...events].slice(-keptMax);
    for (const tab of this.tabs.values()) this.serve(tab);
  }

  private handleReset(): void {
    this.kept = [];
    for (const tab of this.tabs.values()) {
      tab.taken = null;
      this.serve(tab);
    }
  }

  private handleHello(at: string): void {
    const offset = Date.parse(at) - this.now();
    if (Number.isNaN(offset)) return;
    this.offset = offset;
    this.tellAll();
  }

  private tellAll(): void {
    for (const tab of this.tabs.values()) {
      tab.behind = true;
      this.serve(tab);
    }
  }

  private beat(): void {
    for (const [key, tab] of this.tabs)
      if (tab.owes !== null && this.now() - tab.owes > owesMsMax) this.tabs.delete(key);
    this.balance();
    this.tellAll();
  }
}
