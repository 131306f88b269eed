import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LiveEvent } from '../api/types';
import { LiveStream, type Link, type Source } from './live_stream';

class FakeSource implements Source {
  readyState = 0;
  onopen: ((event: never) => void) | null = null;
  onerror: ((event: never) => void) | null = null;
  private readonly listeners = new Map<string, (event: { data: string }) => void>();
  addEventListener(kind: string, listener: (event: { data: string }) => void): void {
    this.listeners.set(kind, listener);
  }
  close(): void {
    this.readyState = 2;
  }
  open(): void {
    this.readyState = 1;
    this.onopen?.(undefined as never);
  }
  fail(readyState: number): void {
    this.readyState = readyState;
    this.onerror?.(undefined as never);
  }
  say(kind: string, body: unknown): void {
    this.listeners.get(kind)?.({ data: typeof body === 'string' ? body : JSON.stringify(body) });
  }
}

function conversation() {
  const sources: FakeSource[] = [];
  const batches: LiveEvent[][] = [];
  const links: Link[] = [];
  const greeted: string[] = [];
  let resets = 0;
  const stream = new LiveStream({
    open: () => {
      const source = new FakeSource();
      sources.push(source);
      return source;
    },
    now: () => Date.now(),
    onEvents: (events) => batches.push(events),
    onHello: (now) => greeted.push(now),
    onReset: () => (resets += 1),
    onLink: (link) => links.push(link),
  });
  stream.start();
  return { stream, sources, batches, links, greeted, resets: () => resets };
}

const parts = (total: number) => ({ machine: 'a', t: '2024-03-14T06:05:00.000Z', today_total: total });

describe('the live stream', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('hands over events in batches, in order', () => {
    const { sources, batches } = conversation();
    sources[0]!.open();
    for (let total = 1; total <= 3; ++total) sources[0]!.say('parts', parts(total));
    expect(batches).toEqual([]);
    vi.advanceTimersByTime(150);
    expect(batches).toHaveLength(1);
    expect(batches[0]!.map((event) => event.kind === 'parts' && event.today_total)).toEqual([1, 2, 3]);
  });

  it('gives the greeting on, and survives one that is no JSON', () => {
    const { sources, greeted, links } = conversation();
    sources[0]!.open();
    sources[0]!.say('hello', '{');
    sources[0]!.say('hello', { now: '2024-03-14T06:05:00.000Z' });
    expect(greeted).toEqual(['2024-03-14T06:05:00.000Z']);
    expect(links.at(-1)!.phase).toBe('open');
  });

  it('is broken from the first error until the browser has reconnected, and needs no reset then', () => {
    const { sources, links, resets } = conversation();
    sources[0]!.open();
    sources[0]!.fail(0);
    expect(links.at(-1)!.phase).toBe('broken');
    vi.advanceTimersByTime(20_000);
    expect(sources).toHaveLength(1);
    sources[0]!.open();
    expect(links.at(-1)!.phase).toBe('open');
    expect(resets()).toBe(0);
  });

  it('opens a new source when the browser gave up, and then fetches everything again', () => {
    const { sources, links, resets } = conversation();
    sources[0]!.open();
    sources[0]!.fail(2);
    vi.advanceTimersByTime(1000);
    expect(sources).toHaveLength(2);
    sources[1]!.fail(2);
    vi.advanceTimersByTime(2000);
    expect(sources).toHaveLength(3);
    expect(resets()).toBe(0);
    sources[2]!.open();
    expect(resets()).toBe(1);
    expect(links.at(-1)!.phase).toBe('open');
  });

  it('never pauses longer than 6.25 s', () => {
    const { sources } = conversation();
    for (let round = 0; round < 20; ++round) {
      sources.at(-1)!.fail(2);
      vi.advanceTimersByTime(6250);
      expect(sources).toHaveLength(round + 2);
    }
  });

  it('a reset drops what is pending', () => {
    const { sources, batches, resets } = conversation();
    sources[0]!.open();
    sources[0]!.say('parts', parts(1));
    sources[0]!.say('reset', {});
    vi.advanceTimersByTime(1000);
    expect(batches).toEqual([]);
    expect(resets()).toBe(1);
  });

  it('replaces a source that is open but silent', () => {
    const { sources, links } = conversation();
    sources[0]!.open();
    vi.advanceTimersByTime(40_000);
    expect(sources).toHaveLength(1);
    vi.advanceTimersByTime(15_000);
    expect(sources).toHaveLength(2);
    expect(sources[0]!.readyState).toBe(2);
    expect(links.some((link) => link.phase === 'broken')).toBe(false);
  });

  it('after stop and start, fetches what it missed', () => {
    const { stream, sources, resets } = conversation();
    sources[0]!.open();
    stream.stop();
    stream.start();
    stream.start();
    expect(sources).toHaveLength(2);
    sources[1]!.open();
    expect(resets()).toBe(1);
  });

  it('is silent after stop', () => {
    const { stream, sources, batches } = conversation();
    sources[0]!.open();
    sources[0]!.say('parts', parts(1));
    stream.stop();
    sources[0]!.say('parts', parts(2));
    sources[0]!.fail(2);
    vi.advanceTimersByTime(60_000);
    expect(batches).toEqual([]);
    expect(sources).toHaveLength(1);
  });
});
