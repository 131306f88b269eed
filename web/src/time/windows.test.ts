import { describe, expect, it } from 'vitest';
import { instantOf, timestampOf } from '../api/units';
import { choiceOf, searchOf, windowOf } from './windows';

const zone = 'Asia/Taipei';
const now = instantOf('2024-03-14T06:05:00Z');

describe('windows', () => {
  it.each([
    ['today', '2024-03-13T16:00:00.000Z', '2024-03-14T06:05:00.000Z', true],
    ['yesterday', '2024-03-12T16:00:00.000Z', '2024-03-13T16:00:00.000Z', false],
    ['1h', '2024-03-14T05:05:00.000Z', '2024-03-14T06:05:00.000Z', true],
    ['30d', '2024-02-13T06:05:00.000Z', '2024-03-14T06:05:00.000Z', true],
  ] as const)('%s is [%s, %s)', (preset, from, to, live) => {
    const window = windowOf({ kind: 'preset', preset }, now, zone);
    expect([timestampOf(window.from), timestampOf(window.to), window.live]).toEqual([from, to, live]);
  });

  it('never reaches into the future', () => {
    const window = windowOf({ kind: 'custom', from: instantOf('2024-03-14T06:00:00Z'), to: instantOf('2024-03-14T07:00:00Z') }, now, zone);
    expect(timestampOf(window.to)).toBe('2024-03-14T06:05:00.000Z');
    expect(window.live).toBe(true);
  });

  it('an address leads back to the same choice', () => {
    for (const search of [{ window: '7d' }, { from: '2024-03-14T00:00:00.000Z', to: '2024-03-14T01:00:00.000Z' }])
      expect(searchOf(choiceOf(search))).toEqual(search);
  });

  it.each([[{}], [{ window: 'century' }], [{ from: 'x', to: 'y' }], [{ from: '2024-03-14T01:00:00Z', to: '2024-03-14T00:00:00Z' }], [{ window: 3 }]])(
    'a wrong address %j shows today',
    (search) => expect(choiceOf(search)).toEqual({ kind: 'preset', preset: 'today' }),
  );
});
