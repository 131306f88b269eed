// A tab's side of the live stream: finds the hub that all tabs share, and finds another when it died.
//
// Shared workers are there over plain http too, unlike Web Locks; a browser without them (phones,
// mostly, where one tab is seen at a time) gets a hub of its own in each tab, behind the same words.

import { beatMs, LiveHub, type News, type ToHub } from './live_hub';
import { openSource } from './live_source';
import { LiveStream } from './live_stream';

export interface Hub {
  say(message: ToHub): void;
  close(): void;
}

export interface HubHooks {
  onNews: (news: News) => void;
  /** The hub could not be started. */
  onFailure: () => void;
}

export type FindHub = (hooks: HubHooks) => Hub;

const now = () => Date.now();

export const ownHub: FindHub = ({ onNews }) => {
  const hub = new LiveHub((hooks) => new LiveStream({ ...hooks, open: openSource, now }), now);
  const key = {};
  const say = (message: ToHub) => hub.handle(key, message, (news) => queueMicrotask(() => onNews(news)));
  return { say, close: () => say('leave') };
};

export const sharedHub: FindHub = ({ onNews, onFailure }) => {
  const worker = new SharedWorker(new URL('./live_worker.ts', import.meta.url), { type: 'module', name: 'spindle-live' });
  const { port } = worker;
  worker.onerror = onFailure;
  port.onmessage = ({ data }: MessageEvent<News>) => onNews(data);
  return {
    say: (message) => port.postMessage(message),
    close: () => {
      port.postMessage('leave' satisfies ToHub);
      worker.onerror = port.onmessage = null;
      port.close();
    },
  };
};

const failuresMax = 4;
const retryMs = 1000;
const watchMs = 2000;
const silenceMsMax = 4 * beatMs;

/** Keeps a tab joined to a hub. Times are the device's own, in ms. */
export class LiveLink {
  private hub: Hub | null = null;
  private awake = true;
  private failures = 0;
  private quietRounds = 0;
  private heardAt = 0;
  private watchTimer: ReturnType<typeof setInterval> | undefined;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly find: { shared: FindHub | null; own: FindHub },
    /** `took` asks for the next news: call it when this one is drawn. */
    private readonly onNews: (news: News, took: () => void) => void,
  ) {}

  start(): void {
    if (this.watchTimer !== undefined) return;
    this.watchTimer = setInterval(() => this.watch(), watchMs);
    this.join('join');
  }

  stop(): void {
    clearInterval(this.watchTimer);
    clearTimeout(this.retryTimer);
    this.watchTimer = this.retryTimer = undefined;
    this.hub?.close();
    this.hub = null;
  }

  /** While asleep nothing comes; on waking comes what was missed. */
  setAwake(awake: boolean): void {
    if (awake === this.awake) return;
    this.awake = awake;
    this.heardAt = now();
    this.hub?.say(awake ? 'wake' : 'sleep');
  }

  private join(word: 'join' | 'wake'): void {
    const shared = this.failures < failuresMax ? this.find.shared : null;
    this.heardAt = now();
    this.quietRounds = 0;
    let hub: Hub;
    const hooks: HubHooks = {
      onNews: (news) => {
        if (this.hub !== hub) return;
        this.heardAt = now();
        this.quietRounds = 0;
        this.failures = 0;
        this.onNews(news, () => hub.say('took'));
      },
      onFailure: () => {
        if (this.hub === hub) this.handleFailure();
      },
    };
    hub = (shared ?? this.find.own)(hooks);
    this.hub = hub;
    hub.say(word);
    if (!this.awake) hub.say('sleep');
  }

  private handleFailure(): void {
    this.hub?.close();
    this.hub = null;
    this.failures += 1;
    // What a new hub tells starts where it does: `wake` without `join` asks for a reset.
    this.retryTimer = setTimeout(() => this.join('wake'), retryMs);
  }

  /** A hub beats; one that doesn't has crashed. Twice, since a thawed tab looks before it hears. */
  private watch(): void {
    if (!this.awake || this.hub === null || now() - this.heardAt < silenceMsMax) return;
    this.quietRounds += 1;
    if (this.quietRounds >= 2) this.handleFailure();
  }
}
