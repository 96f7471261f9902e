import { describe, expect, it } from 'vitest';
import { differenceMoments } from '../../../src/analysis/judgement/difference.ts';
import { weightedMoments } from '../../../src/analysis/statistics/weighted-moments.ts';
import { noCounts, noValues, type WeightedSums } from '../../../src/analysis/statistics/weighted-sums.ts';
import { seededRandom } from '../../support/random.ts';

/** A pair: does the shadow win, lose, or neither while they disagree; what it weighs. */
interface Pair {
  readonly kind: 'same' | 'gain' | 'loss' | 'draw';
  readonly weight: number;
  readonly labelled: boolean;
}

function sumsOf(pairs: readonly Pair[]): WeightedSums {
  const both = (of: readonly Pair[]) => [
    of.reduce((sum, { weight }) => sum + weight, 0),
    of.reduce((sum, { weight }) => sum + weight ** 2, 0),
  ];
  const differing = pairs.filter(({ kind }) => kind !== 'same');
  const known = differing.filter(({ labelled }) => labelled);
  const counted = {
    mature: both(pairs),
    disagreements: both(differing),
    labelled_disagreements: both(known),
    gains: both(known.filter(({ kind }) => kind === 'gain')),
    losses: both(known.filter(({ kind }) => kind === 'loss')),
  };
  const pick = (index: number) => ({
    ...noCounts,
    ...Object.fromEntries(Object.entries(counted).map(([name, sums]) => [name, sums[index]!])),
  });
  return {
    ...{
      pairs: pairs.length,
      labelled: 0,
      measured: 0,
      leastPi: 0.1,
      mostPi: 1,
      weight: pick(0),
      squared: pick(1),
    },
    ...{ sum: noValues, sumSquares: noValues, squaredSum: noValues, squaredSumSquares: noValues },
  };
}

function times(n: number, pair: Pair): Pair[] {
  return Array.from({ length: n }, () => pair);
}

describe('moments of weighted pairs', () => {
  it('are those of unweighted ones where all weigh the same, whatever that is', () => {
    for (const weight of [1, 7.5]) {
      const same = { weight, labelled: true };
      const pairs = [
        ...times(9000, { ...same, kind: 'same' }),
        ...times(200, { ...same, kind: 'gain' }),
        ...times(300, { ...same, kind: 'loss' }),
        ...times(100, { ...same, kind: 'draw' }),
        ...times(400, { weight, labelled: false, kind: 'loss' }),
      ];
      const counts = { n: 10_000, disagreements: 1000, labelledDisagreements: 600, gains: 200, losses: 300 };
      const noErrors = { difference: { n: 0, sum: 0, sumSquares: 0 } };
      const similarity = { dissimilarity: noErrors.difference };
      const expected = differenceMoments('classification', { pairs: counts, errors: noErrors, similarity });
      const moments = weightedMoments('classification', sumsOf(pairs));
      expect(moments?.estimate).toBeCloseTo(expected?.estimate ?? Number.NaN, 12);
      expect(moments?.variance).toBeCloseTo(expected?.variance ?? Number.NaN, 10);
    }
  });

  it('weigh a row that stands for ten like ten, as worked out by hand', () => {
    // 100 rows of weight 1 with 10 losses, 20 of weight 10 with 4 gains: (40 − 10)/300.
    const pairs = [
      ...times(90, { kind: 'same', weight: 1, labelled: true }),
      ...times(10, { kind: 'loss', weight: 1, labelled: true }),
      ...times(16, { kind: 'same', weight: 10, labelled: true }),
      ...times(4, { kind: 'gain', weight: 10, labelled: true }),
    ];
    const moments = weightedMoments('classification', sumsOf(pairs));
    expect(moments?.estimate).toBeCloseTo(0.1, 12);
    // Σ w² (D − 0.1)² / 300² over the pairs, times their number.
    const squares = 90 * 0.01 + 10 * 1.21 + 16 * 100 * 0.01 + 4 * 100 * 0.81;
    expect(moments?.variance).toBeCloseTo((120 * squares) / 300 ** 2, 12);
  });

  it('are unbiased, with the spread they claim, where the rate falls while the difference grows', () => {
    const random = seededRandom(17);
    const estimates: number[] = [];
    let claimed = 0;
    const runs = 400;
    for (let run = 0; run < runs; run++) {
      const pairs: Pair[] = [];
      for (let i = 0; i < 4000; i++) {
        const isEarly = i < 2000;
        const pi = isEarly ? 0.8 : 0.1;
        const outcome = random();
        if (random() >= pi) continue;
        const kind = outcome < 0.05 ? 'gain' : outcome < (isEarly ? 0.1 : 0.2) ? 'loss' : 'same';
        pairs.push({ kind, weight: 1 / pi, labelled: true });
      }
      const moments = weightedMoments('classification', sumsOf(pairs));
      estimates.push(moments?.estimate ?? Number.NaN);
      claimed += (moments?.variance ?? Number.NaN) / pairs.length / runs;
    }
    const mean = estimates.reduce((sum, estimate) => sum + estimate, 0) / runs;
    const variance = estimates.reduce((sum, estimate) => sum + (estimate - mean) ** 2, 0) / runs;
    // Truth: half 0, half −0.1. Unweighted it would come to −0.011.
    expect(Math.abs(mean + 0.05)).toBeLessThan(5 * Math.sqrt(variance / runs));
    expect(claimed / variance).toBeGreaterThan(0.8);
    expect(claimed / variance).toBeLessThan(1.25);
  });

  it.each([
    ['of errors', 'regression', 'error', 'labelled'],
    ['of how far embeddings are apart', 'embedding', 'dissimilarity', 'measured'],
  ] as const)('%s are a weighted mean with its variance', (_, task, value, among) => {
    const rows = [
      [1, 0.2],
      [1, -0.4],
      [4, 1],
    ] as const;
    const add = (of: (w: number, x: number) => number) => rows.reduce((sum, [w, x]) => sum + of(w, x), 0);
    const sums: WeightedSums = {
      ...{ pairs: 3, labelled: 3, measured: 3, leastPi: 0.25, mostPi: 1 },
      weight: { ...noCounts, [among]: 6 },
      squared: { ...noCounts, [among]: 18 },
      sum: { ...noValues, [value]: add((w, x) => w * x) },
      sumSquares: noValues,
      squaredSum: { ...noValues, [value]: add((w, x) => w * w * x) },
      squaredSumSquares: { ...noValues, [value]: add((w, x) => (w * x) ** 2) },
    };
    const mean = 3.8 / 6;
    const squares = add((w, x) => (w * (x - mean)) ** 2);
    expect(weightedMoments(task, sums)?.estimate).toBeCloseTo(mean, 12);
    expect(weightedMoments(task, sums)?.variance).toBeCloseTo((3 * squares) / 36, 12);
  });
});
