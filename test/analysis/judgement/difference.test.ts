import { describe, expect, it } from 'vitest';
import { differenceOf, logAlarmOf } from '../../../src/analysis/judgement/difference.ts';
import { seededRandom } from '../../support/random.ts';

const none = { n: 0, sum: 0, sumSquares: 0 };
const noErrors = { difference: none };
const noSimilarity = { dissimilarity: none };

function accuracies(gains: number, losses: number, n: number) {
  const discordant = gains + losses;
  return {
    pairs: { n, disagreements: discordant, labelledDisagreements: discordant, gains, losses },
    errors: noErrors,
    similarity: noSimilarity,
  };
}

function absoluteErrors(differences: readonly number[]) {
  const gains = differences.filter((difference) => difference < 0).length;
  const losses = differences.filter((difference) => difference > 0).length;
  const sum = differences.reduce((total, difference) => total + difference, 0);
  const sumSquares = differences.reduce((total, difference) => total + difference ** 2, 0);
  return {
    pairs: {
      n: differences.length,
      disagreements: gains + losses,
      labelledDisagreements: gains + losses,
      gains,
      losses,
    },
    errors: { difference: { n: differences.length, sum, sumSquares } },
    similarity: noSimilarity,
  };
}

describe('the difference of accuracies', () => {
  it('has the reference interval of 200 gains and 300 losses in 10,000', () => {
    const difference = differenceOf('classification', accuracies(200, 300, 10_000), null, 0.05);
    expect(difference?.estimate).toBeCloseTo(-0.01, 12);
    expect(difference?.upper).toBeCloseTo(-0.01 + 0.0067801, 7);
    expect(difference?.lower).toBeCloseTo(-0.01 - 0.0067801, 7);
  });

  it('is silent before 30 discordant pairs', () => {
    expect(differenceOf('classification', accuracies(14, 15, 10_000), null, 0.05)).toBeNull();
    expect(differenceOf('classification', accuracies(15, 15, 10_000), null, 0.05)).not.toBeNull();
  });

  it('follows the strata where there are some', () => {
    const strata = [
      { size: 900_000, n: 10_000, estimate: 0.02, variance: 0.0396 },
      { size: 100_000, n: 10_000, estimate: -0.15, variance: 0.2275 },
    ];
    const difference = differenceOf('classification', accuracies(800, 2100, 20_000), strata, 0.05);
    expect(difference?.estimate).toBeCloseTo(0.003, 12);
    expect(difference?.lower).toBeLessThan(0);
  });

  it('alarms by the weighted mean where there are strata, whatever the counts say', () => {
    const strata = [
      { size: 900, n: 4000, estimate: -0.04, variance: 0.06 },
      { size: 100, n: 6000, estimate: 0.1, variance: 0.2 },
    ];
    const mostlyGains = accuracies(940, 500, 10_000);
    expect(logAlarmOf('classification', mostlyGains, null, 0.05)).toBeLessThan(0);
    expect(logAlarmOf('classification', mostlyGains, strata, 0.05)).toBeGreaterThan(Math.log(20));
    expect(logAlarmOf('classification', mostlyGains, strata, 0.05, 'better')).toBe(0);
    // It passes 1/α where the interval leaves zero outside, as it does here.
    expect(differenceOf('classification', mostlyGains, strata, 0.05)?.upper).toBeLessThan(0);
    expect(logAlarmOf('classification', accuracies(9, 20, 10_000), strata, 0.05)).toBe(0);
  });

  it('cries wolf in at most 5% of runs in which it is watched all the time', () => {
    const random = seededRandom(21);
    let alarms = 0;
    for (let run = 0; run < 200; run += 1) {
      let [gains, losses] = [0, 0];
      for (let n = 1; n <= 4000; n += 1) {
        const outcome = random();
        if (outcome > 0.1) continue;
        if (outcome < 0.05) gains += 1;
        else losses += 1;
        const difference = differenceOf('classification', accuracies(gains, losses, n), null, 0.05);
        if (difference === null || (difference.lower <= 0 && difference.upper >= 0)) continue;
        alarms += 1;
        break;
      }
    }
    expect(alarms).toBeLessThanOrEqual(10);
  });
});

describe('the difference of absolute errors', () => {
  const random = seededRandom(3);
  const worse = absoluteErrors(Array.from({ length: 500 }, () => random() - 0.3));

  it('is above zero where the shadow is farther from the truth, and alarms', () => {
    const difference = differenceOf('regression', worse, null, 0.05);
    expect(difference?.estimate).toBeCloseTo(0.2, 1);
    expect(difference?.lower).toBeGreaterThan(0);
    expect(logAlarmOf('regression', worse, null, 0.05)).toBeGreaterThan(Math.log(20));
  });

  it('never alarms where the shadow is nearer to the truth, which is evidence of its own', () => {
    const better = absoluteErrors(Array.from({ length: 500 }, () => random() - 0.9));
    expect(logAlarmOf('regression', better, null, 0.05)).toBe(0);
    expect(logAlarmOf('regression', better, null, 0.05, 'better')).toBeGreaterThan(Math.log(20));
    expect(logAlarmOf('regression', worse, null, 0.05, 'better')).toBe(0);
    expect(logAlarmOf('classification', accuracies(60, 20, 5000), null, 0.05, 'better')).toBeCloseTo(
      Math.log(8443.36),
      6,
    );
  });
});
