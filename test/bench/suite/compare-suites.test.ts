import { describe, expect, it } from 'vitest';
import { compareSuites } from '../../../bench/suite/compare-suites.ts';
import { comparisonText, gotWorse } from '../../../bench/suite/comparison-text.ts';
import type { CaseResult } from '../../../bench/suite/suite-result.ts';
import { madeUpCase, madeUpRatio, madeUpSuite, madeUpSuitePoint } from './made-up-suite.ts';

const quiet = [
  [1000, 5],
  [1010, 5.1],
  [990, 4.9],
] as const;
const times = (rate: number, latency: number) =>
  quiet.map(([perSecond, milliseconds]) => [Math.round(perSecond * rate), milliseconds * latency] as const);
const withPoint = (rounds: readonly (readonly [number, number])[], changes: Partial<CaseResult> = {}) =>
  madeUpSuite([madeUpCase({ points: [madeUpSuitePoint('ours', rounds)], ...changes })]);

const verdicts = (old: ReturnType<typeof withPoint>, now: ReturnType<typeof withPoint>) =>
  compareSuites(old, now).map(({ what, change: { verdict } }) => [what, verdict]);

describe('a comparison of two runs of the suite', () => {
  it('says what got better and what worse, each in its own direction', () => {
    expect(verdicts(withPoint(quiet), withPoint(times(1.5, 2)))).toEqual([
      ['throughput of ours', 'better'],
      ['p99 of ours', 'worse'],
    ]);
    expect(verdicts(withPoint(quiet), withPoint(times(0.97, 1.03))).map(([, verdict]) => verdict)).toEqual([
      ...['within the noise', 'within the noise'],
    ]);
  });

  it('compares ratios by their rounds', () => {
    const run = (rounds: readonly number[]) =>
      madeUpSuite([madeUpCase({ ratios: [madeUpRatio({ rounds: [...rounds] })] })]);
    expect(verdicts(run([0.9, 0.91, 0.92]), run([0.7, 0.71, 0.72]))).toEqual([
      ['throughput: ours ÷ theirs', 'worse'],
    ]);
    expect(verdicts(run([0.9, 0.7, 0.92]), run([0.8, 0.75, 0.85]))[0]![1]).toBe('within the noise');
    expect(verdicts(run([0.9]), run([0.2]))[0]![1]).toBe('not comparable');
  });

  it('compares the throughput of no open loop, and nothing at another load', () => {
    const open = (requestRate: number) =>
      madeUpSuite([
        madeUpCase({ points: [madeUpSuitePoint('ours', quiet, { concurrency: null, requestRate })] }),
      ]);
    expect(verdicts(open(100), open(100)).map(([what]) => what)).toEqual(['p99 of ours']);
    expect(() => compareSuites(open(100), open(101))).toThrow('nothing in common');
  });

  it('compares nothing where requests failed, and says so', () => {
    const failed = madeUpSuite([
      madeUpCase({ points: [madeUpSuitePoint('ours', times(0.1, 9), { errors: { 503: 2 } })] }),
    ]);
    const comparisons = compareSuites(withPoint(quiet), failed);
    expect(comparisons.map(({ reason }) => reason)).toEqual(['now requests failed', 'now requests failed']);
    expect(gotWorse(comparisons)).toBe(false);
  });

  it('is told with what else is not the same, and names only what moved', () => {
    const old = withPoint(quiet);
    const now = { ...withPoint(times(0.5, 1)), versions: { ...old.versions, node: 'v25' } };
    const comparisons = compareSuites(old, now);
    const text = comparisonText(old, now, comparisons);
    expect(text).toContain('not the same Node: then v24, now v25');
    expect(text).toMatch(/made\/one +│ throughput of ours +│ 0\.50 +│ worse/);
    expect(text).toContain('of 2 figures 1 moved, 1 are within the noise, 0 cannot be compared');
    expect(gotWorse(comparisons)).toBe(true);
  });
});
