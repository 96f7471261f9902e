import { describe, expect, it } from 'vitest';
import { clopperPearson } from '../../../bench/statistics/clopper-pearson.ts';
import { outcomeOf } from '../../../bench/statistics/outcome.ts';
import { atLeast, atMost } from '../../../bench/statistics/simulation.ts';

describe('the Monte Carlo error of a share', () => {
  it('is the exact interval, known in closed form where nothing or everything was seen', () => {
    expect(clopperPearson({ count: 0, of: 10 })).toEqual({
      lower: 0,
      upper: expect.closeTo(1 - 0.025 ** 0.1, 9),
    });
    expect(clopperPearson({ count: 10, of: 10 })).toEqual({
      lower: expect.closeTo(0.025 ** 0.1, 9),
      upper: 1,
    });
  });

  it('has the textbook values of 5 in 100', () => {
    const { lower, upper } = clopperPearson({ count: 5, of: 100 });
    expect(lower).toBeCloseTo(0.01643, 5);
    expect(upper).toBeCloseTo(0.11283, 5);
  });
});

describe('what was wanted', () => {
  const outcome = (count: number, wanted = atMost(0.05)) =>
    outcomeOf({ what: '', wanted, seen: { count, of: 1000 } });

  it('passes where it was seen, and is missed where chance does not explain it', () => {
    expect([outcome(50), outcome(55), outcome(80)]).toEqual(['pass', 'unclear', 'miss']);
    const power = atLeast(0.8);
    expect([outcome(800, power), outcome(790, power), outcome(700, power)]).toEqual([
      'pass',
      'unclear',
      'miss',
    ]);
  });

  it('is nothing where a finding is there for comparison', () => {
    expect(outcomeOf({ what: '', wanted: null, seen: { count: 9, of: 10 } })).toBeNull();
    expect(outcomeOf({ what: '', wanted: atMost(0.1), seen: '12 rows' })).toBeNull();
  });
});
