import { describe, expect, it } from 'vitest';
import { pairedBounds, pairedMoments } from '../../../src/analysis/statistics/paired-accuracy.ts';
import { seededRandom } from '../../support/random.ts';

const labelled = (gains: number, losses: number, n: number) => ({
  n,
  disagreements: gains + losses,
  labelledDisagreements: gains + losses,
  gains,
  losses,
});

describe('the paired difference of accuracies', () => {
  it('gives the reference bounds where 200 disagreements have no label', () => {
    const bounds = pairedBounds({
      n: 10_000,
      disagreements: 500,
      labelledDisagreements: 300,
      gains: 120,
      losses: 180,
    });
    expect(bounds?.lower).toBeCloseTo(-0.026, 12);
    expect(bounds?.upper).toBeCloseTo(0.014, 12);
  });

  it('does not shrink a loss because only a tenth of the labels has come', () => {
    const all = pairedMoments(labelled(500, 2500, 20_000));
    const tenth = pairedMoments({
      n: 20_000,
      disagreements: 3000,
      labelledDisagreements: 300,
      gains: 50,
      losses: 250,
    });
    expect(tenth?.estimate).toBeCloseTo(all?.estimate ?? 0, 12);
    expect(tenth?.variance).toBeGreaterThan(2 * (all?.variance ?? 0));
  });

  it('counts disagreements in which both are wrong as draws', () => {
    const counts = { n: 1000, disagreements: 100, labelledDisagreements: 100, gains: 20, losses: 40 };
    expect(pairedMoments(counts)?.estimate).toBeCloseTo(-0.02, 12);
    expect(pairedMoments(counts)?.variance).toBeCloseTo(0.06 - 0.02 ** 2, 12);
  });

  it('states the spread of its estimate rightly when labels are missing at random', () => {
    const random = seededRandom(5);
    const [n, runs] = [2000, 600];
    const estimates: number[] = [];
    let variance = 0;
    for (let run = 0; run < runs; run += 1) {
      const counts = { n, disagreements: 0, labelledDisagreements: 0, gains: 0, losses: 0 };
      for (let pair = 0; pair < n; pair += 1) {
        if (random() >= 0.2) continue;
        counts.disagreements += 1;
        if (random() >= 0.3) continue;
        counts.labelledDisagreements += 1;
        const outcome = random();
        if (outcome < 0.3) counts.gains += 1;
        else if (outcome < 0.8) counts.losses += 1;
      }
      const moments = pairedMoments(counts);
      estimates.push(moments?.estimate ?? Number.NaN);
      variance += (moments?.variance ?? Number.NaN) / n / runs;
    }
    const mean = estimates.reduce((sum, value) => sum + value, 0) / runs;
    const spread = estimates.reduce((sum, value) => sum + (value - mean) ** 2, 0) / runs;
    expect(mean).toBeCloseTo(-0.04, 2);
    expect(Math.abs(spread / variance - 1)).toBeLessThan(0.2);
  });
});
