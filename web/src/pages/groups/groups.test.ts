import { describe, expect, it } from 'vitest';
import type { Kpi } from '../../api/types';
import { ratio, seconds } from '../../api/units';
import { statePartsOf } from '../../components/state_share';
import { groupPaths, inGroup, sectionsOf, spoken } from '../floor/sections';
import { groupChoice, searchWith, sortOf, sortText } from './search';
import { stepsOf } from './waterfall';

// The first worked example of the KPI definitions: a day shift.
const kpi = {
  window_s: 540 * 60,
  pbt_s: 430 * 60,
  known_s: 420 * 60,
  planned_state_s: { run: 345 * 60 },
  availability: 345 / 430,
  performance: (54 * 340) / (345 * 60),
  quality: 331 / 340,
  oee: (54 * 331) / (430 * 60),
} as unknown as Kpi;

describe('the waterfall of time', () => {
  it('goes from the calendar to good parts, each step times one factor', () => {
    const steps = stepsOf(kpi);
    expect(steps.map(({ name }) => name)).toEqual(['calendar', 'planned', 'running', 'net', 'good']);
    expect(steps.map(({ time }) => Math.round(time ?? -1))).toEqual([32_400, 25_800, 20_700, 54 * 340, 54 * 331]);
    expect(steps.map(({ kept }) => (kept === null ? null : Math.round(kept * 1e4) / 1e4))).toEqual([null, 0.7963, 0.8023, 0.887, 0.9735]);
  });

  it('shows unknown time as such and not as a stop', () => expect(stepsOf(kpi)[2]!.unknown).toBeCloseTo(10 / 540, 9));

  it('ends where a factor is missing, and says which figure tells why', () => {
    const steps = stepsOf({ ...kpi, performance: null, oee: null });
    expect(steps.slice(3)).toMatchObject([
      { time: null, share: null, kept: null, missing: 'performance' },
      { time: null, share: null, kept: null, missing: 'oee' },
    ]);
  });

  it('does not hide a performance above one', () => {
    expect(stepsOf({ ...kpi, performance: ratio(1.2) })[3]!.kept).toBeCloseTo(1.2);
  });

  it('has nothing to divide when nothing was planned', () => {
    const steps = stepsOf({ ...kpi, pbt_s: seconds(0), known_s: seconds(0), planned_state_s: { run: seconds(0) }, availability: null, performance: null, oee: null });
    expect(steps[1]).toMatchObject({ time: 0, kept: 0 });
    expect(steps[2]).toMatchObject({ time: 0, kept: null });
  });
});

describe('shares of states', () => {
  it('stand in the one order states have and sum up to one', () => {
    const parts = statePartsOf({ idle: seconds(30), run: seconds(60), offline: seconds(10), hold: seconds(0) });
    expect(parts.map(({ state, share }) => [state, share])).toEqual([['run', 0.6], ['idle', 0.3], ['offline', 0.1]]);
  });

  it('of no time are none', () => expect(statePartsOf({})).toEqual([]));
});

describe('the address of a group', () => {
  it.each([
    [{}, { column: 'utilization', down: true }],
    [{ sort: 'parts' }, { column: 'parts', down: false }],
    [{ sort: '-coverage' }, { column: 'coverage', down: true }],
    [{ sort: 'none' }, null],
    [{ sort: '-colour' }, null],
    [{ sort: 7 }, { column: 'utilization', down: true }],
  ])('%j sorts by %j', (search, sort) => expect(sortOf(search)).toEqual(sort));

  it('keeps the sort beside the window', () => {
    expect(searchWith({ sort: '-parts', window: '7d' }, { kind: 'preset', preset: '30d' })).toEqual({ window: '30d', sort: '-parts' });
    expect(searchWith({}, { kind: 'preset', preset: 'today' })).toEqual({ window: 'today' });
    expect(sortText(null)).toBe('none');
    expect(sortText({ column: 'parts', down: true })).toBe('-parts');
  });

  it('that makes no sense shows the present shift', () => expect(groupChoice({ window: 'ever' })).toEqual({ kind: 'preset', preset: 'shift' }));
});

describe('groups', () => {
  const items = [
    { id: 'b', name: '車床 10', group: '一廠/B線' },
    { id: 'c', name: '車床 2', group: '一廠/B線' },
    { id: 'a', name: '鋸床', group: '' },
    { id: 'd', name: '沖床', group: '一廠' },
  ];

  it('are all paths that occur, with those above them', () => expect(groupPaths(items)).toEqual(['一廠', '一廠/B線']));

  it('stand in order, 2 before 10', () => {
    expect(sectionsOf(items).map(({ path, items: all }) => [path, all.map(({ id }) => id)])).toEqual([['', ['a']], ['一廠', ['d']], ['一廠/B線', ['c', 'b']]]);
  });

  it.each([
    ['一廠/B線', '一廠', true],
    ['一廠', '一廠', true],
    ['一廠二', '一廠', false],
    ['', undefined, true],
  ])('%j belongs to %j: %s', (group, path, belongs) => expect(inGroup(group, path)).toBe(belongs));

  it('are read with spaces', () => expect(spoken('一廠/B線')).toBe('一廠 / B線'));
});
