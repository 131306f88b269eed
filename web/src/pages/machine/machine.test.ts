import { describe, expect, it } from 'vitest';
import type { Kpi, Signal } from '../../api/types';
import { machineSearch, machineView, signalLanesMax } from './search';
import { pickedTrends } from './picked_trends';
import { lossesOf, waterfallOf } from './waterfall_of';

describe('the address of a machine', () => {
  it.each([
    [{}],
    [{ window: 'shift', lanes: 'program,alarms', signals: 'door,load', trends: 'load', at: '2024-03-14T00:00:00.000Z' }],
    [{ lanes: '', trends: '' }],
    [{ shift: '2024-03-14T00:00:00.000Z' }],
  ])('%j leads back to itself', (search) => expect(machineSearch(search)).toEqual(search));

  it.each([
    [{ lanes: 'program,nonsense,program' }, { lanes: 'program' }],
    [{ at: 'yesterday', window: 'century' }, {}],
    [{ signals: 7 }, { signals: '7' }],
    [{ from: 'x', to: 'y', at: 5 }, {}],
  ])('%j is read as %j', (search, address) => expect(machineSearch(search)).toEqual(address));

  it('lanes of signals have a limit', () => {
    expect(machineView({ signals: Array.from({ length: 50 }, (_, i) => `s${i}`).join(',') }).signals.length).toBe(signalLanesMax);
  });
});

describe('trends a page picks', () => {
  const signal = (id: string, type: string, role: string | null) => ({ id, type, role }) as Signal;
  it('are quantities, no counters, and few', () => {
    const all = [signal('run', 'bool', 'run'), signal('parts', 'uint32', 'part_count'), signal('kwh', 'float32', 'energy'), signal('a', 'float32', 'power'), signal('b', 'int16', null), signal('t', 'text', 'tool'), signal('c', 'float64', 'temperature'), signal('d', 'float64', null)];
    expect(pickedTrends(all)).toEqual(['a', 'b', 'c']);
    expect(pickedTrends([...all, { ...signal('m', 'int16', null), unit: 'bar' } as Signal, signal('code', 'uint16', 'alarm_code')])).toEqual(['m']);
    expect(pickedTrends([signal('t', 'text', null)])).toEqual([]);
  });
});

describe('the fall of time', () => {
  const kpi = { window_s: 86_400, pot_s: 28_800, pbt_s: 27_000, known_s: 26_000, planned_state_s: { run: 20_000, idle: 4000, alarm: 2000 }, availability: 20 / 27, performance: 0.9, quality: 0.5 } as unknown as Kpi;

  it('goes from the window to good parts, each what the one above leaves', () => {
    expect(waterfallOf(kpi).map(({ length }) => length)).toEqual([86_400, 28_800, 27_000, 20_000, 18_000, 9000]);
  });

  it('ends where a factor is missing', () => {
    expect(waterfallOf({ ...kpi, performance: null }).map(({ length }) => length).slice(3)).toEqual([20_000, null, null]);
    expect(waterfallOf({ ...kpi, quality: null }).at(-1)?.length).toBeNull();
    const nothing = { ...kpi, planned_state_s: undefined, availability: null };
    expect(waterfallOf(nothing as Kpi)[3]?.length).toBeNull();
  });

  it('planned time not spent running is named by state, longest first, unknown last', () => {
    expect(lossesOf(kpi)).toEqual([['idle', 4000], ['alarm', 2000], ['offline', 1000]]);
    expect(lossesOf({ ...kpi, known_s: 27_000, planned_state_s: { run: 27_000 } } as Kpi)).toEqual([]);
  });
});
