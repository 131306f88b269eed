import { describe, expect, it } from 'vitest';
import { sparkPaths } from './spark_paths';

describe('a sparkline', () => {
  it('runs from the left bottom to the right top', () => {
    expect(sparkPaths([0, 1], 104, 24)).toEqual(['M2.0 22.0h0L102.0 2.0']);
  });
  it('keeps a gap a gap, and a lone value a dot', () => {
    expect(sparkPaths([1, null, 2, 3], 104, 24)).toHaveLength(2);
    expect(sparkPaths([null, 5, null], 104, 24)).toEqual(['M52.0 12.0h0']);
  });
  it.each([[[]], [[null, null]], [[Number.NaN]]])('draws nothing of %j', (values) => expect(sparkPaths(values, 10, 10)).toEqual([]));
  it('a value that never moves stands in the middle', () => {
    expect(sparkPaths([7, 7], 104, 24)).toEqual(['M2.0 12.0h0L102.0 12.0']);
  });
});
