import { describe, expect, it } from 'vitest';
import { judge } from '../../../src/analysis/judgement/judgement.ts';
import { stratify } from '../../../src/analysis/judgement/stratify.ts';
import { pairCountsIn } from '../../../src/analysis/rows/pair-counts.ts';
import { evenSums } from '../../support/even-sums.ts';

function counts(gains: number, losses: number, n: number, unlabelled = 0) {
  return pairCountsIn({
    n,
    with_outcome: n,
    mature: n,
    labelled: n - unlabelled,
    disagreements: gains + losses + unlabelled,
    labelled_disagreements: gains + losses,
    gains,
    losses,
  });
}

const rules = { task: 'classification', alpha: 0.05, margin: 0.01 } as const;
const judged = (of: ReturnType<typeof counts>, segments = 1) =>
  judge(of, null, { ...rules, threshold: segments / 0.05 }).status;

describe('a set of rows is judged', () => {
  it('regressed when the interval lies below zero and the alarm passed its threshold', () => {
    expect(judged(counts(60, 160, 5000))).toBe('regressed');
  });

  it('not regressed among so many segments that chance explains the alarm', () => {
    // The interval leaves zero outside, and E = 49.5 passes 1/.05 and 2/.05, but not 100/.05.
    expect(judge(counts(40, 75, 1000), null, { ...rules, threshold: 20 }).logEValue).toBeCloseTo(
      Math.log(49.534),
      3,
    );
    const many = counts(60, 130, 2000);
    expect(judge(many, null, { ...rules, threshold: 20 }).difference?.upper).toBeLessThan(0);
    expect(judged(many)).toBe('regressed');
    expect(judged(many, 10_000_000)).toBe('undecided');
  });

  it('better when the interval lies above zero and its alarm passed, safe when above the margin, else undecided', () => {
    expect(judged(counts(160, 60, 5000))).toBe('better');
    expect(judged(counts(130, 60, 2000))).toBe('better');
    expect(judged(counts(130, 60, 2000), 10_000_000)).toBe('safe');
    expect(judged(counts(100, 100, 20_000))).toBe('safe');
    expect(judged(counts(100, 100, 2000))).toBe('undecided');
  });

  it('safe before 30 discordant pairs only when losses are certain to be rare', () => {
    expect(judged(counts(0, 0, 5000))).toBe('safe');
    expect(judged(counts(0, 3, 300))).toBe('undecided');
    expect(judged(counts(10, 10, 200))).toBe('undecided');
    expect(judged(counts(0, 0, 0))).toBe('undecided');
  });

  it('safe before 30 discordant pairs only when that is certain of the part that is sampled the least', () => {
    const alike = { ...rules, threshold: 20 };
    const of = (size: number, losses: number, n: number) => ({
      size,
      sums: evenSums(counts(0, losses, n), Math.min(1, n / size)),
    });
    const said = (...parts: ReturnType<typeof of>[]) => {
      const all = counts(0, 3, 5000);
      return judge(all, stratify('classification', parts, all), alike).status;
    };
    expect(said(of(50_000, 0, 2500), of(50_000, 3, 2500))).toBe('safe');
    // The 50 rows of nine tenths of the traffic say little, whatever the others say.
    expect(said(of(90_000, 1, 50), of(10_000, 2, 4950))).toBe('undecided');
    expect(said(of(90_000, 0, 50), of(10_000, 0, 4950))).toBe('undecided');
  });

  it('as if every unlabelled disagreement were a loss while there is no interval', () => {
    expect(judged(counts(0, 0, 5000, 20))).toBe('safe');
    expect(judged(counts(0, 0, 5000, 60))).toBe('undecided');
  });
});
