import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { News, ToHub } from './live_hub';
import { LiveLink, type FindHub, type HubHooks } from './live_link';

interface Found {
  which: string;
  said: ToHub[];
  closed: boolean;
  hooks: HubHooks;
}

const news: News = { link: { phase: 'open', heard: 1 }, offset: null, reset: false, events: [] };

function tab(withShared = true) {
  const hubs: Found[] = [];
  const heard: News[] = [];
  const find =
    (which: string): FindHub =>
    (hooks) => {
      const found: Found = { which, said: [], closed: false, hooks };
      hubs.push(found);
      return { say: (word) => found.said.push(word), close: () => (found.closed = true) };
    };
  const link = new LiveLink({ shared: withShared ? find('shared') : null, own: find('own') }, (each, took) => {
    heard.push(each);
    took();
  });
  link.start();
  return { link, hubs, heard };
}

describe('a tab', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('joins the hub of all tabs and answers each news', () => {
    const { hubs, heard } = tab();
    expect(hubs.map(({ which }) => which)).toEqual(['shared']);
    hubs[0]!.hooks.onNews(news);
    expect(heard).toEqual([news]);
    expect(hubs[0]!.said).toEqual(['join', 'took']);
  });

  it('has a hub of its own where nothing can be shared', () => {
    expect(tab(false).hubs.map(({ which }) => which)).toEqual(['own']);
  });

  it('tries a shared hub again after a failure, then has its own, and asks for what it missed', () => {
    const { hubs } = tab();
    for (let failure = 0; failure < 4; ++failure) {
      hubs.at(-1)!.hooks.onFailure();
      vi.advanceTimersByTime(1500);
    }
    expect(hubs.map(({ which }) => which)).toEqual(['shared', 'shared', 'shared', 'shared', 'own']);
    expect(hubs.slice(1).every(({ said }) => said[0] === 'wake')).toBe(true);
    expect(hubs.slice(0, 4).every(({ closed }) => closed)).toBe(true);
  });

  it('leaves a hub that went silent, and hears nothing more of it', () => {
    const { hubs, heard } = tab();
    hubs[0]!.hooks.onNews(news);
    vi.advanceTimersByTime(14_000);
    hubs[0]!.hooks.onNews(news);
    vi.advanceTimersByTime(14_000);
    expect(hubs).toHaveLength(1);
    vi.advanceTimersByTime(10_000);
    expect(hubs).toHaveLength(2);
    hubs[0]!.hooks.onNews(news);
    hubs[0]!.hooks.onFailure();
    vi.advanceTimersByTime(2000);
    expect(hubs).toHaveLength(2);
    expect(heard).toHaveLength(2);
  });

  it('asleep it expects nothing', () => {
    const { link, hubs } = tab();
    link.setAwake(false);
    vi.advanceTimersByTime(600_000);
    expect(hubs).toHaveLength(1);
    link.setAwake(true);
    expect(hubs[0]!.said).toEqual(['join', 'sleep', 'wake']);
  });

  it('leaves on stop', () => {
    const { link, hubs } = tab();
    link.stop();
    expect(hubs[0]!.closed).toBe(true);
    vi.advanceTimersByTime(600_000);
    expect(hubs).toHaveLength(1);
  });
});
