import { describe, expect, it } from 'vitest';
import type { Alarm } from '../../api/alarms';
import { instantOf } from '../../api/units';
import { hintsOf, lastOver, windowAround } from './hints';
import { readAlarmSearch } from './search';

const now = instantOf('2024-03-14T06:05:00Z');
const alarm = (secondsAgo: number, more: Partial<Alarm> = {}): Alarm => ({
  id: String(secondsAgo), machine: 'a', machine_name: 'A', group: '', signal: 's', code: '1', text: 'x', level: 'fault', severity: null,
  from: new Date(now - secondsAgo * 1000).toISOString(), to: null, duration_s: secondsAgo as Alarm['duration_s'], active: true, ack: null, ...more,
});

describe('hints', () => {
  it('more than ten within ten minutes are a flood; ten are not', () => {
    const many = (count: number) => Array.from({ length: count }, (_, i) => alarm(i * 50, { code: String(i) }));
    expect(hintsOf(many(10), now).flood).toBe(null);
    expect(hintsOf(many(11), now).flood).toBe(11);
    expect(hintsOf(many(13), now).flood).toBe(12);
  });

  it.each([
    ['three within a minute chatter', [10, 40, 70], 1],
    ['in whatever order they come', [70, 10, 40], 1],
    ['two do not', [10, 40], 0],
    ['nor three further apart', [10, 80, 150], 0],
    ['nor three from before', [700, 710, 720], 0],
  ])('%s', (_, ago, count) => {
    expect(hintsOf(ago.map((each) => alarm(each)), now).chatters).toHaveLength(count);
  });

  it('three different ones within a minute do not chatter', () => {
    expect(hintsOf([alarm(1, { code: '1' }), alarm(2, { code: '2' }), alarm(3, { machine: 'b' })], now).chatters).toEqual([]);
  });

  it('says since when all is well', () => {
    const over = (to: string) => alarm(100, { to, active: false });
    expect(lastOver([alarm(5), over('2024-03-14T06:00:00.000Z'), over('2024-03-14T06:03:00.000Z')])!.to).toBe('2024-03-14T06:03:00.000Z');
    expect(lastOver([alarm(5)])).toBe(null);
  });
});

describe('the machine about an alarm', () => {
  it('is shown from a quarter of an hour before to a quarter after, not beyond now', () => {
    expect(windowAround({ from: '2024-03-14T05:00:00.000Z', to: '2024-03-14T05:10:00.000Z' }, now)).toEqual({
      from: '2024-03-14T04:45:00.000Z', to: '2024-03-14T05:25:00.000Z', at: '2024-03-14T05:00:00.000Z',
    });
    expect(windowAround({ from: '2024-03-14T06:00:00.000Z', to: null }, now).to).toBe('2024-03-14T06:05:00.000Z');
  });

  it('of one that stands for days is its beginning', () => {
    expect(windowAround({ from: '2024-03-10T00:00:00.000Z', to: null }, now).to).toBe('2024-03-10T08:00:00.000Z');
  });
});

describe('the address', () => {
  it.each([
    [{}, {}],
    [{ level: 'fault', state: 'unacknowledged', by: 'time', group: '一廠' }, { level: 'fault', state: 'unacknowledged', by: 'time', group: '一廠' }],
    [{ level: 'loud', state: 3, by: 'count', machine: '', window: 'tomorrow' }, { window: 'today' }],
    [{ machine: 7, group: '一廠' }, { machine: '7' }],
    [{ window: '7d' }, { window: '7d' }],
  ])('%j is read as %j', (search, read) => expect(readAlarmSearch(search)).toEqual(read));
});
