import { describe, expect, it } from 'vitest';
import type { Kpi } from '../api/types';
import { unitOf, valueOf, whyOf } from './figures';

const kpi = {
  availability: 0.7222,
  mtbf_s: null,
  parts: { total: 340, good: 331, scrap: 9 },
  utilization: { pbt: 0.7222, pot: null, powered: 0.8, calendar: 0.24 },
  why: { mtbf_s: 'no failure in this window', pot: 'no calendar' },
} as unknown as Kpi;

describe('figures', () => {
  it.each([
    ['availability', 0.7222],
    ['parts.total', 340],
    ['utilization.calendar', 0.24],
    ['utilization.pot', null],
    ['mtbf_s', null],
  ] as const)('%s is %s', (figure, value) => expect(valueOf(kpi, figure)).toBe(value));

  it.each([
    ['mtbf_s', 'no failure in this window'],
    ['utilization.pot', 'no calendar'],
    ['oee', undefined],
  ] as const)('why %s has no value: %s', (figure, why) => expect(whyOf(kpi, figure)).toBe(why));

  it('reasons are found under the name without its unit too', () => {
    expect(whyOf({ why: { mttr: 'nothing to repair' } } as unknown as Kpi, 'mttr_s')).toBe('nothing to repair');
    expect(whyOf({ why: { utilization: 'no plan' } } as unknown as Kpi, 'utilization.powered')).toBe('no plan');
  });

  it('units are by figure', () => {
    expect([unitOf('oee'), unitOf('mttr_s'), unitOf('parts.total')]).toEqual(['ratio', 's', 'parts']);
  });
});
