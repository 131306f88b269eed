import { describe, expect, it } from 'vitest';
import type { LiveEvent } from '../api/types';
import { collectFor, fetchedWithEvents } from './fetches';

const parts = (total: number): LiveEvent => ({ kind: 'parts', machine: 'a', t: '2024-03-14T06:05:00.000Z', parts: 0, today_total: total });

describe('a fetch', () => {
  it('gets the events that came while it ran, and no others', async () => {
    collectFor([parts(1)]);
    let answer: (value: string) => void = () => undefined;
    const fetching = fetchedWithEvents(
      () => new Promise<string>((resolve) => (answer = resolve)),
      (text, events) => `${text} ${events.map((event) => event.kind === 'parts' && event.today_total).join()}`,
    );
    collectFor([parts(2), parts(3)]);
    answer('answer');
    expect(await fetching).toBe('answer 2,3');
    collectFor([parts(4)]);
  });

  it('that fails stops collecting and fails', async () => {
    await expect(fetchedWithEvents(() => Promise.reject(new Error('no')), (answer) => answer)).rejects.toThrow('no');
  });
});
