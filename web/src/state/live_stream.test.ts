import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LiveEvent } from '../api/types';
import type { SourceHooks } from './live_source';
import { LiveStream, type Link } from './live_stream';

interface FakeSource extends SourceHooks {
  after: string | null;
  closed: boolean;
}

function conversation() {
  const sources: FakeSource[] = [];
  const batches: LiveEvent[][] = [];
  const links: Link[] = [];
  const greeted: string[] = [];
  let resets = 0;
  const stream = new LiveStream({
    open: (after, hooks) => {
      const source = { ...hooks, after, closed: false };
      sources.push(source);
      return { close: () => (source.closed = true) };
    },
    now: () => Date.now(),
    onEvents: (events) => batches.push(events),
    onHello: (now) => greeted.push(now),
    onReset: () => (resets += 1),
    onLink: (link) => links.push(link),
  });
  stream.start();
  const say = (kind: string, body: unknown, id: string | null = null) =>
    sources.at(-1)!.onPiece([{ kind, data: typeof body === 'string' ? body : JSON.stringify(body), id }]);
  return { stream, sources, batches, links, greeted, say, resets: () => resets };
}

const parts = (total: number) => ({ machine: 'a', t: '2024-03-14T06:05:00.000Z', today_total: total });

describe('the live stream', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('hands over events in batches, in order', () => {
    const { sources, batches, say } = conversation();
    sources[0]!.onOpen();
    for (let total = 1; total <= 3; ++total) say('parts', parts(total));
    expect(batches).toEqual([]);
    vi.advanceTimersByTime(100);
    expect(batches).toHaveLength(1);
    expect(batches[0]!.map((event) => event.kind === 'parts' && event.today_total)).toEqual([1, 2, 3]);
  });

  it('gives the greeting on, and survives one that is no JSON', () => {
    const { sources, greeted, links, say } = conversation();
    sources[0]!.onOpen();
    for (const body of ['{', 'null', '{"now":3}']) say('hello', body);
    say('hello', { now: '2024-03-14T06:05:00.000Z' });
    expect(greeted).toEqual(['2024-03-14T06:05:00.000Z']);
    expect(links.at(-1)!.phase).toBe('open');
  });

  it('goes on after the last event when the wire was cut, and needs no reset for it', () => {
    const { sources, links, batches, say, resets } = conversation();
    sources[0]!.onOpen();
    say('parts', parts(1), '41');
    say('parts', parts(2), '42');
    sources[0]!.onEnd();
    expect(batches).toHaveLength(1);
    expect(links.at(-1)!.phase).toBe('broken');
    vi.advanceTimersByTime(1000);
    expect(sources).toHaveLength(2);
    expect(sources[1]!.after).toBe('42');
    sources[1]!.onOpen();
    expect(links.at(-1)!.phase).toBe('open');
    expect(resets()).toBe(0);
  });

  it('tells when it last heard anything, a beat included', () => {
    const { stream, sources, links } = conversation();
    sources[0]!.onOpen();
    vi.advanceTimersByTime(10_000);
    sources[0]!.onPiece([]);
    const heard = Date.now();
    vi.advanceTimersByTime(3000);
    expect(stream.state).toEqual({ phase: 'open', heard });
    sources[0]!.onEnd();
    expect(links.at(-1)).toEqual({ phase: 'broken', heard });
  });

  it('never pauses longer than 6.25 s', () => {
    const { sources } = conversation();
    for (let round = 0; round < 20; ++round) {
      sources.at(-1)!.onEnd();
      vi.advanceTimersByTime(6250);
      expect(sources).toHaveLength(round + 2);
    }
  });

  it('a server that answers and hangs up at once is not asked without pause', () => {
    const { sources } = conversation();
    for (let round = 0; round < 10; ++round) {
      sources.at(-1)!.onOpen();
      sources.at(-1)!.onEnd();
      vi.advanceTimersByTime(6250);
    }
    vi.advanceTimersByTime(0);
    const count = sources.length;
    sources.at(-1)!.onEnd();
    vi.advanceTimersByTime(3000);
    expect(sources).toHaveLength(count);
  });

  it('a reset drops what is pending', () => {
    const { sources, batches, say, resets } = conversation();
    sources[0]!.onOpen();
    say('parts', parts(1));
    say('reset', {});
    vi.advanceTimersByTime(1000);
    expect(batches).toEqual([]);
    expect(resets()).toBe(1);
  });

  it('replaces a source that is open but silent, and says so', () => {
    const { sources, links, say } = conversation();
    sources[0]!.onOpen();
    say('parts', parts(1), '9');
    vi.advanceTimersByTime(20_000);
    sources[0]!.onPiece([]);
    vi.advanceTimersByTime(24_000);
    expect(sources).toHaveLength(1);
    vi.advanceTimersByTime(4000);
    expect(sources).toHaveLength(2);
    expect(sources[0]!.closed).toBe(true);
    expect(sources[1]!.after).toBe('9');
    expect(links.at(-1)!.phase).toBe('broken');
  });

  it('replaces a source that never answers', () => {
    const { sources } = conversation();
    vi.advanceTimersByTime(28_000);
    expect(sources).toHaveLength(2);
  });

  it('after stop and start goes on where it was', () => {
    const { stream, sources, batches, say } = conversation();
    sources[0]!.onOpen();
    say('parts', parts(1), '5');
    stream.stop();
    expect(batches).toHaveLength(1);
    stream.start();
    stream.start();
    expect(sources).toHaveLength(2);
    expect(sources[1]!.after).toBe('5');
  });

  it('is silent after stop', () => {
    const { stream, sources, batches, links } = conversation();
    sources[0]!.onOpen();
    stream.stop();
    const told = links.length;
    vi.advanceTimersByTime(60_000);
    expect(batches).toEqual([]);
    expect(links).toHaveLength(told);
    expect(sources).toHaveLength(1);
    expect(sources[0]!.closed).toBe(true);
  });
});
