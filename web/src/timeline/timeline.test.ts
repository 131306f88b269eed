import { describe, expect, it } from 'vitest';
import type { TimelineItem } from '../api/types';
import { instant, instantOf, timestampOf } from '../api/units';
import { machineStates, type MachineState } from '../state/states';
import { binsOf, layoutOf, spansOf } from './layout';
import { partSteps } from './steps';
import { secondsByState, sumsOf } from './sums';
import { alarmTrack, indexAt, noPlace, stateOf, stateTrack, textTrack } from './tracks';
import { ticksOf } from './ticks';
import { clamped, followed, panned, timeAt, xOf, zoomed, type View } from './view';

const view = (from: number, to: number): View => ({ from: instant(from), to: instant(to) });
const item = (from: number, to: number, state: MachineState): TimelineItem => ({
  from: timestampOf(instant(from)),
  to: timestampOf(instant(to)),
  state,
  physical: state,
  detail: {},
});

/** Repeatable chance. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function shift(count: number, seed: number): TimelineItem[] {
  const next = chance(seed);
  const items: TimelineItem[] = [];
  let at = 1_710_000_000_000;
  for (let i = 0; i < count; ++i) {
    const to = at + 1000 + Math.floor(next() * 60_000);
    items.push(item(at, to, machineStates[Math.floor(next() * machineStates.length)]!));
    at = to;
  }
  return items;
}

describe('the view', () => {
  const bounds = view(0, 100_000);

  it('keeps the instant under the pointer while zooming', () => {
    const before = view(20_000, 60_000);
    const at = instant(30_000);
    const after = zoomed(before, 0.5, at, bounds);
    expect(after).toEqual(view(25_000, 45_000));
    expect(xOf(at, after, 800)).toBe(xOf(at, before, 800));
  });

  it.each([
    ['zooming out stops at the window', zoomed(view(20_000, 60_000), 100, instant(30_000), bounds), bounds],
    ['zooming in stops at two seconds', zoomed(view(0, 100_000), 1e-9, instant(50_000), bounds), view(49_000, 51_000)],
    ['panning stops at the start', panned(view(20_000, 60_000), -1e9, bounds), view(0, 40_000)],
    ['panning stops at the end', panned(view(20_000, 60_000), 1e9, bounds), view(60_000, 100_000)],
    ['a view outside comes back', clamped(view(-50_000, -40_000), bounds), view(0, 10_000)],
    ['a window of one second can be seen', zoomed(view(0, 1000), 0.5, instant(0), view(0, 1000)), view(0, 1000)],
  ])('%s', (_, got, expected) => expect(got).toEqual(expected));

  it('x and time are each other backwards', () => {
    expect(timeAt(xOf(33_000, bounds, 777), bounds, 777)).toBeCloseTo(33_000);
  });

  it('follows the window as it moves on, unless one looks at some moment', () => {
    const after = view(10_000, 110_000);
    expect(followed(bounds, bounds, after)).toEqual(after);
    expect(followed(view(90_000, 100_000), bounds, after)).toEqual(view(100_000, 110_000));
    expect(followed(view(40_000, 50_000), bounds, after)).toEqual(view(40_000, 50_000));
    expect(followed(view(0, 5000), bounds, after)).toEqual(view(10_000, 15_000));
  });
});

describe('ticks', () => {
  const day = view(instantOf('2024-03-13T16:00:00Z'), instantOf('2024-03-14T16:00:00Z'));

  it('stand at round times of the plant, and name the day at midnight', () => {
    const ticks = ticksOf(day, 1000, 'Asia/Taipei');
    expect(ticks[0]).toMatchObject({ label: '03-14', major: true });
    expect(ticks.slice(1, 4).map(({ label }) => label)).toEqual(['02:00', '04:00', '06:00']);
  });

  it('are never closer than a label', () => {
    for (const width of [200, 390, 1440, 1920])
      for (const hours of [0.002, 0.02, 0.5, 3, 24, 168, 720, 8760]) {
        const wide = view(day.from, day.from + hours * 3_600_000);
        const ticks = ticksOf(wide, width, 'Asia/Taipei');
        for (let i = 1; i < ticks.length; ++i)
          expect(xOf(ticks[i]!.at, wide, width) - xOf(ticks[i - 1]!.at, wide, width)).toBeGreaterThan(71);
      }
  });

  it.each([
    ['2025-03-30', ['00:00', '03:00', '06:00', '09:00', '12:00', '15:00', '18:00', '21:00']],
    ['2025-10-26', ['00:00', '03:00', '06:00', '09:00', '12:00', '15:00', '18:00', '21:00']],
  ])('stay round on the day the clock moves (%s in Berlin)', (date, expected) => {
    const from = instantOf(`${date}T00:00:00${date === '2025-03-30' ? '+01:00' : '+02:00'}`);
    const to = instantOf(`${date}T23:59:59${date === '2025-03-30' ? '+02:00' : '+01:00'}`);
    const labels = ticksOf(view(from, to), 700, 'Europe/Berlin').map(({ label, major }) => (major ? '00:00' : label));
    expect(labels).toEqual(expected);
  });

  it('are absent from an empty view', () => {
    expect(ticksOf(view(5, 5), 1000, 'UTC')).toEqual([]);
    expect(ticksOf(day, 0, 'UTC')).toEqual([]);
  });
});

describe('tracks', () => {
  it('drop what has no length and sort what is not sorted', () => {
    const track = stateTrack([item(2000, 3000, 'idle'), item(1000, 2000, 'run'), item(3000, 3000, 'alarm')], view(1000, 3000));
    expect([...track.from]).toEqual([1000, 2000]);
    expect(stateOf(track, 0)).toBe('run');
    expect(track.place[0]).toBe(1);
  });

  it('time the answer leaves out is offline, not empty', () => {
    const track = stateTrack([item(2000, 3000, 'run'), item(5000, 6000, 'idle')], view(1000, 7000));
    expect([...track.from].map((from, i) => [from, stateOf(track, i), track.place[i] === noPlace])).toEqual([
      [1000, 'offline', true], [2000, 'run', false], [3000, 'offline', true], [5000, 'idle', false], [6000, 'offline', true],
    ]);
  });

  it.each([[999, -1], [1000, 0], [1999.9, 0], [2000, 1], [3000, 2], [4000, -1]])(
    'at %d the interval is %i: the end belongs to the next',
    (at, index) => {
      expect(indexAt(stateTrack([item(1000, 2000, 'run'), item(3000, 4000, 'idle')], view(1000, 4000)), at)).toBe(index);
    },
  );

  it('alarms that still stand reach to the end', () => {
    const alarm = { from: timestampOf(instant(1000)), to: null, level: 'fault', code: null, text: null, signal: 's' };
    expect([...alarmTrack([alarm, { ...alarm, level: 'WARNING', to: timestampOf(instant(1000)) }], 9000).to]).toEqual([9000, 1001]);
  });

  it('the seconds of all states are the length of the view, however it is cut', () => {
    const items = shift(2000, 7);
    const start = instantOf(items[0]!.from);
    const end = instantOf(items.at(-1)!.to);
    const track = stateTrack(items, view(start, end));
    const next = chance(11);
    const total = (v: View) => [...secondsByState(sumsOf(track), v).values()].reduce((sum, each) => sum + each, 0);
    expect(total(view(start, end))).toBeCloseTo((end - start) / 1000, 6);
    for (let round = 0; round < 50; ++round) {
      const cut = start + Math.floor(next() * (end - start));
      expect(total(view(start, cut)) + total(view(cut, end))).toBeCloseTo((end - start) / 1000, 6);
    }
    expect(total(view(end, end + 1000))).toBe(0);
  });
});

describe('the layout', () => {
  const width = 500;

  it.each([1, 10, 1000, 20_000])('covers every pixel exactly once with %i intervals', (count) => {
    const items = shift(count, 3);
    const whole = view(instantOf(items[0]!.from), instantOf(items.at(-1)!.to));
    const part = zoomed(whole, 0.37, instant(whole.from + (whole.to - whole.from) * 0.6), whole);
    for (const look of [whole, part]) {
      const cover = new Float64Array(width);
      const { boxes, columns } = layoutOf(stateTrack(items, whole), look, width);
      for (const box of boxes) for (let x = box.x; x < box.x + box.width; ++x) cover[x]! += 1;
      for (const { x, shares } of columns) for (const [, share] of shares) cover[x]! += share;
      for (let x = 0; x < width; ++x) expect(cover[x], `pixel ${x}`).toBeCloseTo(1, 4);
    }
  });

  it('shows each state with the area its seconds deserve', () => {
    const items = shift(20_000, 5);
    const whole = view(instantOf(items[0]!.from), instantOf(items.at(-1)!.to));
    const track = stateTrack(items, whole);
    const area = new Map<number, number>();
    const { boxes, columns } = layoutOf(track, whole, width);
    for (const box of boxes) area.set(box.kind, (area.get(box.kind) ?? 0) + box.width);
    for (const { shares } of columns)
      for (const [kind, share] of shares) area.set(kind, (area.get(kind) ?? 0) + share);
    const perPx = (whole.to - whole.from) / 1000 / width;
    for (const [state, spent] of secondsByState(sumsOf(track), whole))
      expect((area.get(machineStates.indexOf(state)) ?? 0) * perPx).toBeCloseTo(spent, 3);
  });

  it('draws at most two things a pixel and state, whatever the number of intervals', () => {
    const items = shift(80_000, 9);
    const whole = view(instantOf(items[0]!.from), instantOf(items.at(-1)!.to));
    const { boxes, columns } = layoutOf(stateTrack(items, whole), whole, 1920);
    expect(boxes.length).toBeLessThanOrEqual(1920);
    expect(columns.length).toBeLessThanOrEqual(1920);
  });

  it('an alarm of a millisecond can be seen, and alarms that touch are one', () => {
    const at = (from: number, to: number) => ({ from: timestampOf(instant(from)), to: timestampOf(instant(to)), level: 'fault', code: null, text: null, signal: 's' });
    const boxes = spansOf(alarmTrack([at(0, 1), at(200_000, 200_001), at(201_000, 201_500)], 1e6), view(0, 1_000_000), width);
    expect(boxes).toHaveLength(2);
    for (const box of boxes) expect(box.width).toBeGreaterThanOrEqual(3);
  });

  it('bins hold every part of the view once', () => {
    const steps = partSteps(
      Array.from({ length: 1000 }, (_, i) => ({ t: timestampOf(instant(i * 977)), parts: 1 + (i % 3), kind: 'normal' as const, count: 'total' as const })),
    );
    const sum = (v: View) => binsOf(steps, v, width).reduce((all, bin) => all + bin.parts, 0);
    const all = sum(view(0, 1_000_000));
    expect(all).toBe(1999);
    expect(sum(view(0, 300_000)) + sum(view(300_000, 1_000_000))).toBe(all);
    expect(binsOf(steps, view(5, 5), width)).toEqual([]);
  });

  it('good parts and scrap are production where no total is counted, and suspect steps are none', () => {
    const step = (count: 'total' | 'good' | 'scrap', parts: number, kind: 'normal' | 'suspect' = 'normal') => ({ t: timestampOf(instant(parts)), parts, kind, count });
    const sum = (items: Parameters<typeof partSteps>[0]) => partSteps(items).parts.reduce((all, each) => all + each, 0);
    expect(sum([step('total', 10), step('good', 9), step('scrap', 1)])).toBe(10);
    expect(sum([step('good', 9), step('scrap', 1)])).toBe(10);
    expect(sum([step('total', 10), step('total', 3763, 'suspect')])).toBe(10);
  });

  it('texts that are alike share a number', () => {
    const lane = textTrack(['O1', 'O2', 'O1'].map((value, i) => ({ from: timestampOf(instant(i * 10)), to: timestampOf(instant(i * 10 + 10)), value })));
    expect([...lane.kind]).toEqual([0, 1, 0]);
    expect(lane.texts).toEqual(['O1', 'O2']);
  });
});
