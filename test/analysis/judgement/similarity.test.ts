import { describe, expect, it } from 'vitest';
import { equivalenceStatus, similarityInterval } from '../../../src/analysis/judgement/similarity.ts';
import { pairCountsIn } from '../../../src/analysis/rows/pair-counts.ts';
import { seededRandom } from '../../support/random.ts';

/** n pairs with these sums of 1 − similarity, of which so many are far apart. */
function counts(n: number, sum: number, squares: number, far: number) {
  return pairCountsIn({
    ...{ n, far },
    ...{ measured: n, dissimilarity_sum: sum, dissimilarity_squares: squares },
  });
}

describe('the mean similarity', () => {
  it('has the exact interval of a bounded mean before 30 pairs are far apart', () => {
    const same = similarityInterval('embedding', counts(10_000, 0, 0, 0), null, 0.05);
    expect(same).toMatchObject({ estimate: 1, upper: 1, lower: expect.closeTo(1 - 2 * 0.000816994, 8) });
    // Σ d / 2 = 300 of 10,000, whose interval is [.0237345, .0372455].
    expect(similarityInterval('embedding', counts(10_000, 600, 50, 29), null, 0.05)).toEqual({
      estimate: expect.closeTo(0.94, 12),
      lower: expect.closeTo(1 - 2 * 0.0372455, 6),
      upper: expect.closeTo(1 - 2 * 0.0237345, 6),
    });
    // An overlap lies in [0, 1], a cosine in [−1, 1].
    expect(similarityInterval('ranking', counts(10_000, 300, 50, 29), null, 0.05)).toEqual({
      estimate: expect.closeTo(0.97, 12),
      lower: expect.closeTo(1 - 0.0372455, 6),
      upper: expect.closeTo(1 - 0.0237345, 6),
    });
  });

  it('has the asymptotic interval from then on', () => {
    // Mean .05 and variance .01: Σ d² = 10⁴ (.01 + .05²).
    const half = 0.1 * 0.0303521;
    for (const task of ['embedding', 'ranking'] as const) {
      expect(similarityInterval(task, counts(10_000, 500, 125, 30), null, 0.05)).toEqual({
        estimate: expect.closeTo(0.95, 12),
        lower: expect.closeTo(0.95 - half, 7),
        upper: expect.closeTo(0.95 + half, 7),
      });
    }
  });

  it('is estimated by strata where the sampling was uneven', () => {
    const strata = [
      { size: 900, n: 5000, estimate: 0.01, variance: 0.0001 },
      { size: 100, n: 5000, estimate: 0.41, variance: 0.0001 },
    ];
    const pooled = counts(10_000, 2100, 900, 5000);
    expect(similarityInterval('embedding', pooled, strata, 0.05)?.estimate).toBeCloseTo(0.95, 12);
    expect(similarityInterval('embedding', pooled, null, 0.05)?.estimate).toBeCloseTo(0.79, 12);
  });

  it('stays within what the measure can be', () => {
    expect(similarityInterval('embedding', counts(40, 0.4, 0.1, 40), null, 0.05)?.upper).toBe(1);
    expect(similarityInterval('ranking', counts(40, 39, 39, 40), null, 0.05)?.lower).toBe(0);
  });

  it('is nothing without pairs, and nothing in other tasks', () => {
    expect(similarityInterval('embedding', counts(0, 0, 0, 0), null, 0.05)).toBeNull();
    expect(similarityInterval('classification', counts(10, 0, 0, 0), null, 0.05)).toBeNull();
  });

  it('covers the truth at every look, though one pair in 200 is far off', () => {
    const random = seededRandom(3);
    let missed = 0;
    for (let run = 0; run < 100; run++) {
      let [sum, squares, apart] = [0, 0, 0];
      for (let n = 1; n <= 3000; n++) {
        const far = random() < 0.005;
        const dissimilarity = far ? 1 : 0;
        sum += dissimilarity;
        squares += dissimilarity ** 2;
        if (far) apart++;
        if (n % 100 !== 0) continue;
        const { lower, upper } = similarityInterval('ranking', counts(n, sum, squares, apart), null, 0.05)!;
        if (lower > 0.995 || upper < 0.995) {
          missed++;
          break;
        }
      }
    }
    expect(missed).toBeLessThanOrEqual(5);
  });
});

describe('two embeddings', () => {
  it('are safe where the lower end of their similarity is at least 1 − margin, else undecided', () => {
    expect(equivalenceStatus({ estimate: 0.995, lower: 0.99, upper: 1 }, 0.01)).toBe('safe');
    expect(equivalenceStatus({ estimate: 0.995, lower: 0.9899, upper: 1 }, 0.01)).toBe('undecided');
    expect(equivalenceStatus({ estimate: 0.1, lower: 0, upper: 0.2 }, 0.01)).toBe('undecided');
    expect(equivalenceStatus(null, 0.01)).toBe('undecided');
  });
});
