import { describe, expect, it } from 'vitest';
import type { Timeline } from '../api/types';
import { instant, timestampOf } from '../api/units';
import { machineStates } from '../state/states';
import { incidentKinds, incidentsIn, incidentsOf, marksOf } from './incidents';
import { layoutOf, layoutOfSums } from './layout';
import { lanesOf, modelOf } from './model';
import { spanTrack, trendLane } from './signal_lanes';
import { partsIn, stepsOf } from './steps';
import { spentUntil, sumsOf } from './sums';
import { slicesPerTile, tileOf } from './tiles';
import { alarmTrack, indexAt, stateTrack } from './tracks';
import type { View } from './view';

const at = (ms: number) => timestampOf(instant(ms));
const view = (from: number, to: number): View => ({ from: instant(from), to: instant(to) });

/** Repeatable chance. */
function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function intervals(count: number, seed = 7) {
  const next = chance(seed);
  const items = [];
  let from = 0;
  for (let i = 0; i < count; ++i) {
    const to = from + 1 + Math.floor(next() * 40_000);
    items.push({ from: at(from), to: at(to), state: machineStates[Math.floor(next() * 11)]!, detail: {} });
    from = to;
  }
  return { items, bounds: view(0, from) };
}

describe('sums', () => {
  it('what lies before a moment is what each interval gives up to it', () => {
    const { items, bounds } = intervals(400);
    const track = stateTrack(items, bounds);
    const sums = sumsOf(track);
    const out = new Float64Array(sums.kinds.length);
    const next = chance(3);
    for (let probe = 0; probe < 200; ++probe) {
      const moment = Math.floor(next() * bounds.to);
      spentUntil(sums, moment, out);
      sums.kinds.forEach((kind, place) => {
        let ms = 0;
        for (let i = 0; i < track.from.length; ++i)
          if (track.kind[i] === kind) ms += Math.max(0, Math.min(track.to[i]!, moment) - Math.min(track.from[i]!, moment));
        expect(out[place]).toBe(ms);
      });
    }
  });

  it('a crowded picture from sums shows each state for as long as one from intervals', () => {
    const { items, bounds } = intervals(5000);
    const track = stateTrack(items, bounds);
    const width = 300;
    const shareOf = ({ boxes, columns }: ReturnType<typeof layoutOf>) => {
      const shares = new Map<number, number>();
      const add = (kind: number, px: number) => shares.set(kind, (shares.get(kind) ?? 0) + px);
      for (const box of boxes) add(box.kind, box.width);
      for (const column of columns) for (const [kind, share] of column.shares) add(kind, share);
      return shares;
    };
    const walked = shareOf(layoutOf(track, bounds, width));
    const summed = shareOf(layoutOfSums(sumsOf(track), bounds, width));
    expect([...summed.values()].reduce((sum, each) => sum + each, 0)).toBeCloseTo(width, 6);
    for (const [kind, px] of walked) expect(summed.get(kind)).toBeCloseTo(px, 6);
  });

  it('a sparse picture is the one from intervals', () => {
    const { items, bounds } = intervals(20);
    const track = stateTrack(items, bounds);
    expect(layoutOfSums(sumsOf(track), bounds, 300)).toEqual(layoutOf(track, bounds, 300));
  });

  it('100,000 intervals are laid out in a fraction of a frame', () => {
    const { items, bounds } = intervals(100_000);
    const sums = sumsOf(stateTrack(items, bounds));
    const times: number[] = [];
    for (let i = 0; i < 40; ++i) {
      const started = performance.now();
      layoutOfSums(sums, view(bounds.to * (i / 400), bounds.to), 1300);
      times.push(performance.now() - started);
    }
    const median = times.sort((a, b) => a - b)[20]!;
    console.log(`  100,000 intervals: laid out in ${median.toFixed(2)} ms (median of 40)`);
    expect(median).toBeLessThan(16);
  });
});

describe('parts', () => {
  it('are summed over any time', () => {
    const steps = stepsOf([[10, 1], [20, 2], [20, 3], [30, 4]]);
    expect([partsIn(steps, 0, 100), partsIn(steps, 20, 30), partsIn(steps, 21, 30), partsIn(steps, 30, 31), partsIn(steps, 5, 5)]).toEqual([10, 5, 0, 4, 0]);
  });
});

describe('alarms', () => {
  it('a long one is found behind a hundred short ones that came after it', () => {
    const items = [{ from: at(0), to: at(100_000), level: 'fault', code: null, text: null, signal: 's' }];
    for (let i = 1; i <= 100; ++i) items.push({ from: at(i * 10), to: at(i * 10 + 1), level: 'warning', code: null, text: null, signal: 's' });
    const track = alarmTrack(items, 200_000);
    expect(track.place[indexAt(track, 5000)]).toBe(0);
    expect(indexAt(track, 150_000)).toBe(-1);
  });
});

describe('incidents', () => {
  const incidents = incidentsOf([
    { t: at(30), kind: 'link_up', note: '' },
    { t: at(10), kind: 'link_down', note: 'time-out' },
    { t: at(900), kind: 'counter_reset', note: '' },
    { t: at(20), kind: 'something new' as 'gap', note: '' },
  ]);

  it('those close together share a mark, which shows the gravest and how many', () => {
    expect(marksOf(incidents, view(0, 1000), 1000, 30)).toEqual([
      { x: 10, kind: 'link_down', count: 3 },
      { x: 900, kind: 'counter_reset', count: 1 },
    ]);
  });

  it('marks outside of the view are left out, an unknown kind is a gap', () => {
    expect(marksOf(incidents, view(15, 25), 100, 5).map(({ kind }) => kind)).toEqual(['gap']);
    expect(marksOf(incidents, view(40, 900), 100, 5)).toEqual([]);
  });

  it('are found by time, as places of the answer', () => expect(incidentsIn(incidents, 0, 31)).toEqual([1, 3, 0]));

  it('every kind has a place in the order', () => expect(new Set(incidentKinds).size).toBe(6));
});

describe('lanes of signals', () => {
  const words = (value: unknown) => (typeof value === 'boolean' ? (value ? '開' : '關') : String(value).replaceAll(/\u001f+/g, ' · '));
  const span = (from: number, to: number, value: boolean | number | string | null) => ({ from: at(from), to: at(to), value, quality: 'good' as const });

  it('unknown time is left out, values become texts', () => {
    const track = spanTrack({ items: [span(0, 10, 'A'), span(10, 20, null), span(20, 30, 'FAULT\u001f12\u001f\u001fhot'), span(30, 40, 'A')], cut: null }, 'text', words);
    expect([...track.from]).toEqual([0, 20, 30]);
    expect(track.texts).toEqual(['A', 'FAULT · 12 · hot']);
    expect([...track.kind]).toEqual([0, 1, 0]);
  });

  it('a switch is on or off, whatever it is written as', () => {
    const track = spanTrack({ items: [span(0, 10, true), span(10, 20, false), span(20, 30, 1), span(30, 40, 'x')], cut: null }, 'switch', words);
    expect([...track.kind]).toEqual([1, 0, 1, 0]);
    expect(track.texts).toEqual(['關', '開']);
  });
});

describe('which lanes there are', () => {
  const answer: Timeline = {
    from: at(0), to: at(1000), items: [], parts: [], alarms: [], incidents: [],
    lanes: { program: [{ from: at(0), to: at(10), value: 'O1' }], tool: [] },
  };
  const names = (chosen: Parameters<typeof lanesOf>[2], incidents: Timeline['incidents'] = []) =>
    lanesOf(modelOf({ ...answer, incidents }), [], chosen, 1).lanes.map(({ name }) => name);

  it('by themselves those with something to show, and always alarms and parts', () => {
    expect(names(null)).toEqual(['state', 'program', 'alarms', 'parts']);
    expect(names(null, [{ t: at(5), kind: 'gap', note: '' }])).toEqual(['state', 'program', 'alarms', 'parts', 'incidents']);
  });

  it('chosen ones are shown though empty, in their usual order', () => {
    expect(names(['incidents', 'mode'])).toEqual(['state', 'mode', 'incidents']);
    expect(names([])).toEqual(['state']);
  });

  it('a signal has a lane below, and lanes do not overlap', () => {
    const slices = { at: new Float64Array(), sliceMs: 0, min: new Float64Array(), avg: new Float64Array(), max: new Float64Array() };
    const { lanes, height } = lanesOf(modelOf(answer), [trendLane('power', 'kW', slices, false)], null, 1.2);
    expect(lanes.at(-1)?.name).toBe('signal power');
    for (let i = 1; i < lanes.length; ++i) expect(lanes[i]!.y).toBeGreaterThanOrEqual(lanes[i - 1]!.y + lanes[i - 1]!.height);
    expect(height).toBeGreaterThanOrEqual(lanes.at(-1)!.y + lanes.at(-1)!.height);
  });
});

describe('tiles', () => {
  const bounds = view(0, 30 * 86_400_000);

  it('hold their view, are little longer, and stay within the window', () => {
    const next = chance(11);
    for (let i = 0; i < 500; ++i) {
      const span = Math.max(1, next() ** 6 * bounds.to);
      const from = next() * (bounds.to - span);
      const looked = view(from, from + span);
      const tile = tileOf(looked, bounds);
      expect(tile.from).toBeLessThanOrEqual(looked.from);
      expect(tile.to).toBeGreaterThanOrEqual(looked.to);
      expect(tile.from).toBeGreaterThanOrEqual(bounds.from);
      expect(tile.to).toBeLessThanOrEqual(bounds.to);
      expect(tile.to - tile.from).toBeLessThanOrEqual(Math.max(2000, span * 2.3));
    }
  });

  it('a small movement asks for nothing new', () => {
    const tile = tileOf(view(10_000_000, 11_000_000), bounds);
    expect(tileOf(view(10_010_000, 11_010_000), bounds)).toEqual(tile);
  });

  it('a wider screen gets finer slices, a phone fewer', () => {
    const counts = [390, 820, 1440, 3840].map(slicesPerTile);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    expect(counts[0]).toBeLessThan(390);
  });

  it('the whole window is its own tile', () => expect(tileOf(bounds, bounds)).toEqual(bounds));

  it('a view of a window before asks for the window there is now, never backwards', () => {
    const length = bounds.to - bounds.from;
    for (const [from, to] of [[bounds.from - length, bounds.from], [bounds.to, bounds.to + length], [bounds.to + 5, bounds.to + 6]] as const)
      expect(tileOf(view(from, to), bounds)).toEqual(bounds);
  });
});
