import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LiveEvent } from '../api/types';
import { LiveHub, type HubStream, type News, type ToHub } from './live_hub';
import type { Link, LiveHooks } from './live_stream';

const event = (total: number): LiveEvent => ({ kind: 'parts', machine: 'a', t: 'T', parts: 0, today_total: total });
const totals = (news: News) => news.events.map((each) => each.kind === 'parts' && each.today_total);

function browser() {
  let hooks!: Omit<LiveHooks, 'open' | 'now'>;
  let running = false;
  let link: Link = { phase: 'connecting', heard: null };
  const stream: HubStream = {
    get state() {
      return link;
    },
    start: () => (running = true),
    stop: () => (running = false),
  };
  const hub = new LiveHub(
    (given) => {
      hooks = given;
      return stream;
    },
    () => Date.now(),
  );
  const tab = (prompt = true) => {
    const key = {};
    const heard: News[] = [];
    const say = (word: ToHub) =>
      hub.handle(key, word, (news) => {
        heard.push(news);
        if (prompt) say('took');
      });
    say('join');
    return { say, heard };
  };
  const setLink = (now: Link) => {
    link = now;
    hooks.onLink(now);
  };
  return { tab, setLink, hooks: () => hooks, running: () => running };
}

describe('the live hub', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('runs one stream while any tab is awake, and tells every tab the same', () => {
    const { tab, hooks, running } = browser();
    expect(running()).toBe(false);
    const tabs = Array.from({ length: 8 }, () => tab());
    expect(running()).toBe(true);
    hooks().onEvents([event(1), event(2)]);
    for (const { heard } of tabs) expect(totals(heard.at(-1)!)).toEqual([1, 2]);
    for (const { say } of tabs.slice(1)) say('leave');
    expect(running()).toBe(true);
    tabs[0]!.say('sleep');
    expect(running()).toBe(false);
    tabs[0]!.say('wake');
    expect(running()).toBe(true);
  });

  it('tells a new tab link and clock at once, but no events from before', () => {
    const { tab, hooks, setLink } = browser();
    tab();
    setLink({ phase: 'open', heard: 5 });
    hooks().onHello(new Date(Date.now() + 60_000).toISOString());
    hooks().onEvents([event(1)]);
    const { heard } = tab();
    expect(heard).toEqual([{ link: { phase: 'open', heard: 5 }, offset: 60_000, reset: false, events: [] }]);
  });

  it('a tab that does not answer has one message on its way, and gets the rest when it does', () => {
    const { tab, hooks } = browser();
    const frozen = tab(false);
    expect(frozen.heard).toHaveLength(1);
    for (let total = 1; total <= 100; ++total) hooks().onEvents([event(total)]);
    expect(frozen.heard).toHaveLength(1);
    frozen.say('took');
    expect(frozen.heard).toHaveLength(2);
    expect(totals(frozen.heard[1]!)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
  });

  it('a tab that missed more than is kept is told to fetch again, once', () => {
    const { tab, hooks } = browser();
    const slow = tab(false);
    for (let batch = 0; batch < 60; ++batch) hooks().onEvents(Array.from({ length: 100 }, (_, i) => event(i)));
    slow.say('took');
    expect(slow.heard.at(-1)).toMatchObject({ reset: true, events: [] });
    slow.say('took');
    hooks().onEvents([event(7)]);
    expect(slow.heard.at(-1)).toMatchObject({ reset: false });
    expect(totals(slow.heard.at(-1)!)).toEqual([7]);
  });

  it('a reset of the stream reaches all, the slow ones later', () => {
    const { tab, hooks } = browser();
    const [quick, slow] = [tab(), tab(false)];
    hooks().onEvents([event(1)]);
    hooks().onReset();
    expect(quick.heard.at(-1)!.reset).toBe(true);
    hooks().onEvents([event(2)]);
    expect(totals(quick.heard.at(-1)!)).toEqual([2]);
    slow.say('took');
    expect(slow.heard.at(-1)).toMatchObject({ reset: true, events: [] });
  });

  it('a tab that sleeps hears nothing and gets on waking what it missed', () => {
    const { tab, hooks } = browser();
    tab();
    const sleeper = tab();
    sleeper.say('sleep');
    const before = sleeper.heard.length;
    hooks().onEvents([event(1)]);
    vi.advanceTimersByTime(60_000);
    expect(sleeper.heard).toHaveLength(before);
    sleeper.say('wake');
    expect(totals(sleeper.heard.at(-1)!)).toEqual([1]);
  });

  it('beats, so that a tab knows it lives; one that never answers is forgotten and later has a hole', () => {
    const { tab, hooks, running } = browser();
    const prompt = tab();
    const gone = tab(false);
    const before = prompt.heard.length;
    vi.advanceTimersByTime(8000);
    expect(prompt.heard.length).toBe(before + 2);
    expect(gone.heard).toHaveLength(1);
    prompt.say('leave');
    expect(running()).toBe(true);
    vi.advanceTimersByTime(200_000);
    expect(running()).toBe(false);
    hooks().onEvents([event(1)]);
    gone.say('took');
    expect(running()).toBe(true);
    expect(gone.heard.at(-1)!.reset).toBe(true);
  });

  it('a greeting without a time is passed over', () => {
    const { tab, hooks } = browser();
    const { heard } = tab();
    hooks().onHello('yesterday');
    expect(heard.at(-1)!.offset).toBe(null);
  });
});
