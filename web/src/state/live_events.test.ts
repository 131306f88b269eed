import { describe, expect, it } from 'vitest';
import type { LiveEvent, Machine, Status } from '../api/types';
import { instantOf, ratio, seconds } from '../api/units';
import { applyEvents, applyStatus, parseLiveEvent, speaksOfOthers } from './live_events';

const now = instantOf('2024-03-14T06:05:00Z');
const light = { status: 'ok' as const, age_s: seconds(1), error: null };

function machine(id: string): Machine {
  return {
    id,
    name: id,
    group: '一廠',
    state: 'run',
    since: '2024-03-14T05:00:00.000Z',
    detail: {},
    connection: {
      protocol: 'modbus-tcp',
      endpoint: '127.0.0.1:1502',
      status: 'ok',
      last_seen: '2024-03-14T06:04:00.000Z',
      error: null,
      lights: { network: light, session: light, freshness: light, clock: light },
      quarantined: [],
    },
    signals: [
      { id: 'running', type: 'bool', role: 'run', unit: null, address: 'di:0', value: true, t: null, quality: 'good' },
      { id: 'power', type: 'float32', role: 'power', unit: 'kW', address: 'ir:20', value: 1, t: null, quality: 'good' },
    ],
    today: {
      from: '2024-03-13T16:00:00.000Z',
      to: '2024-03-14T06:05:00.000Z',
      parts: { total: 10, good: null, scrap: null },
      availability: ratio(0.5),
      availability_known: ratio(0.5),
      utilization: { pbt: null, pot: null, powered: null, calendar: null },
      coverage: ratio(1),
      why: {},
    },
    ideal_cycle_s: null,
    rated_power_kw: null,
  };
}

const heard = (kind: string, body: unknown): LiveEvent => parseLiveEvent(kind, JSON.stringify(body))!;

describe('live events', () => {
  it('a state replaces state, since and detail of its machine only', () => {
    const before = [machine('a'), machine('b')];
    const after = applyEvents(
      before,
      [heard('state', { machine: 'b', t: 'T', state: 'alarm', since: '2024-03-14T06:04:30.000Z', detail: { alarm_code: '201' } })],
      now,
    );
    expect(after[0]).toBe(before[0]);
    expect(after[1]).toMatchObject({ state: 'alarm', since: '2024-03-14T06:04:30.000Z', detail: { alarm_code: '201' } });
    expect(before[1]!.state).toBe('run');
  });

  it('parts are the total of the day, so hearing them twice counts once', () => {
    const event = heard('parts', { machine: 'a', t: 'T', count: 4711, kind: 'step', parts: 1, today_total: 11 });
    const after = applyEvents([machine('a')], [event, event], now);
    expect(after[0]!.today!.parts.total).toBe(11);
  });

  it.each([
    ['counted on from the last known time', { t: '2024-03-14T06:05:01.000Z', parts: 2, count: 'total', kind: 'normal' }, 12],
    ['not counted when the answer had them', { t: '2024-03-14T06:05:00.000Z', parts: 2, count: 'total', kind: 'normal' }, 10],
    ['not counted when suspect', { t: '2024-03-14T06:05:01.000Z', parts: 3763, count: 'total', kind: 'suspect' }, 10],
    ['not counted twice as good parts', { t: '2024-03-14T06:05:01.000Z', parts: 2, count: 'good', kind: 'normal' }, 10],
  ])('parts without a total are %s', (_, body, total) => {
    const event = heard('parts', { machine: 'a', ...body });
    expect(applyEvents([machine('a')], [event, event], now)[0]!.today!.parts.total).toBe(total);
  });

  it('signals change value, quality and time, and move last seen forward only', () => {
    const after = applyEvents(
      [machine('a')],
      [
        heard('signal', { machine: 'a', t: '2024-03-14T06:04:59.000Z', values: { power: { v: 7.5, q: 'uncertain' }, other: { v: 1, q: 'good' } } }),
        heard('signal', { machine: 'a', t: '2024-03-14T06:03:00.000Z', values: {} }),
      ],
      now,
    )[0]!;
    expect(after.signals[1]).toMatchObject({ value: 7.5, quality: 'uncertain', t: '2024-03-14T06:04:59.000Z' });
    expect(after.signals[0]!.value).toBe(true);
    expect(after.connection.last_seen).toBe('2024-03-14T06:04:59.000Z');
  });

  it('a connection is replaced whole and remembers when it was heard', () => {
    const connection = { ...machine('a').connection, status: 'down', error: 'connection refused' };
    const after = applyEvents([machine('a')], [heard('connection', { machine: 'a', connection })], now)[0]!;
    expect(after.connection).toEqual(connection);
    expect(after.heard_at).toBe(now);
  });

  it('events of one batch apply in order', () => {
    const state = (name: string) => heard('state', { machine: 'a', t: 'T', state: name, since: 'T' });
    expect(applyEvents([machine('a')], [state('hold'), state('run'), state('idle')], now)[0]!.state).toBe('idle');
  });

  it('an unknown machine is left alone and reported', () => {
    const before = [machine('a')];
    const events = [heard('alarm', { machine: 'new', signal: 's' })];
    expect(applyEvents(before, events, now)).toBe(before);
    expect(speaksOfOthers(before, events)).toBe(true);
    expect(speaksOfOthers(before, [heard('alarm', { machine: 'a' })])).toBe(false);
  });

  it('a state tells what is booked, or that nothing is; without a word the booking stands', () => {
    const booked = { state: 'setup', reason: 'changeover', since: 'T', who: '' };
    const [before] = applyEvents([{ ...machine('a'), booked: null }], [heard('state', { machine: 'a', t: 'T', state: 'setup', since: 'T', booked })], now);
    expect(before?.booked).toEqual(booked);
    const [still] = applyEvents([before!], [heard('state', { machine: 'a', t: 'T', state: 'setup', since: 'T' })], now);
    expect(still?.booked).toEqual(booked);
    const [ended] = applyEvents([before!], [heard('state', { machine: 'a', t: 'T', state: 'idle', since: 'T', booked: null })], now);
    expect(ended?.booked).toBeNull();
  });

  it('a state this page does not know is unknown, not stopped', () => {
    expect(heard('state', { machine: 'a', state: 'dancing', since: 'T' })).toMatchObject({ state: 'offline' });
  });

  it('status replaces problems and progress', () => {
    const status: Status = { version: '1', now: 'T', problems: [], recompute: null };
    const problem = { severity: 'error', code: 'disk_full', what: 'no space left' };
    const after = applyStatus(status, [heard('status', { problems: [problem], recompute: null })]);
    expect(after.problems).toEqual([problem]);
  });

  it.each([
    ['state', 'not json'],
    ['state', 'null'],
    ['state', '[]'],
    ['state', '{"state":"run","since":"T"}'],
    ['state', '{"machine":"a","since":"T"}'],
    ['signal', '{"machine":"a","values":[1]}'],
    ['connection', '{"machine":"a","connection":null}'],
    ['status', '{"problems":"none"}'],
    ['weather', '{"machine":"a"}'],
    ['parts', '{"machine":"a","parts":1}'],
  ])('passes over %s %s', (kind, data) => expect(parseLiveEvent(kind, data)).toBeNull());
});
