import { describe, expect, it } from 'vitest';
import { GeneratorFleet } from '../../../bench/perf/generator-fleet.ts';

describe('a fleet of generators', () => {
  it('grows by one up to as many as may be, and keeps those that are warm', () => {
    using fleet = new GeneratorFleet(1, 2);
    const [first] = fleet.take(8);
    expect(fleet.take(8)).toHaveLength(1);
    expect(fleet.grow()).toBe(true);
    expect(fleet.take(8)).toHaveLength(2);
    expect(fleet.take(8)[0]).toBe(first);
    expect(fleet.grow()).toBe(false);
  });

  it('gives no more than there are connections', () => {
    using fleet = new GeneratorFleet(2, 2);
    expect(fleet.take(1)).toHaveLength(1);
  });
});
