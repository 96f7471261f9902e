import type { Task } from '../../inference/outputs/prediction.ts';
import type { SimilarityReport, Status } from '../report/report.ts';
import type { PairCounts } from '../rows/pair-counts.ts';
import {
  asymptoticHalfWidth,
  informativeObservations,
  type MeanSums,
  meanOf,
  varianceOf,
} from '../statistics/asymptotic-sequence.ts';
import { betaBinomialInterval } from '../statistics/beta-binomial-sequence.ts';
import type { Interval } from '../statistics/interval.ts';
import { type Stratum, stratifiedDifference } from '../statistics/stratified-difference.ts';

/** How the outcomes of a pair are measured against each other, and how far apart they can be. */
const measures: Readonly<
  Record<Task, { readonly measure: SimilarityReport['measure']; readonly range: number } | null>
> = {
  classification: null,
  regression: null,
  embedding: { measure: 'cosine', range: 2 },
  ranking: { measure: 'overlap', range: 1 },
};

interface Counts {
  readonly similarity: Pick<PairCounts['similarity'], 'dissimilarity' | 'far'>;
}

/**
 * Mean similarity of the pairs with its anytime-valid interval; null where there is none. Similarities are near 1 but for a
 * few, and of so skewed a measure the central limit theorem knows nothing before some of the few were seen. So the asymptotic
 * sequence is used from 30 pairs on that are far apart. Before, the beta-binomial sequence is: with sums in place of counts it
 * holds for whatever is bounded (the likelihood ratio is convex in each observation: Hoeffding 1963; Howard, Ramdas, McAuliffe,
 * Sekhon 2021), and is wider.
 */
export function similarityInterval(
  task: Task,
  counts: Counts,
  strata: readonly Stratum[] | null,
  alpha: number,
): Interval | null {
  const measured = measures[task];
  const { far, dissimilarity } = counts.similarity;
  const { n, sum } = dissimilarity;
  if (measured === null || n === 0) return null;
  const { range } = measured;
  const within = ({ estimate, lower, upper }: Interval): Interval => ({
    estimate: 1 - estimate,
    lower: Math.max(1 - range, 1 - upper),
    upper: Math.min(1, 1 - lower),
  });
  if (far < informativeObservations) {
    const { estimate, lower, upper } = betaBinomialInterval({ k: sum / range, n }, alpha);
    return within({ estimate: estimate * range, lower: lower * range, upper: upper * range });
  }
  // Strata of a ranking are about its hits.
  return within(asymptotic(dissimilarity, task === 'embedding' ? strata : null, alpha));
}

function asymptotic(sums: MeanSums, strata: readonly Stratum[] | null, alpha: number): Interval {
  const stratified = strata === null ? null : stratifiedDifference(strata);
  const { estimate, n } = stratified ?? { estimate: meanOf(sums), n: sums.n };
  const deviation =
    stratified === null ? Math.sqrt(varianceOf(sums)) : stratified.standardError * Math.sqrt(stratified.n);
  const half = asymptoticHalfWidth(deviation, n, alpha);
  return { estimate, lower: estimate - half, upper: estimate + half };
}

/** Nothing tells which of two vectors is better: all there is to know is whether they are the same, within the margin. */
export function equivalenceStatus(similarity: Interval | null, margin: number): Status {
  return similarity !== null && similarity.lower >= 1 - margin ? 'safe' : 'undecided';
}

/** @param k of a ranking; null where it is not known */
export function similarityReport(
  task: Task,
  { similarity: { dissimilarity, primaryLength, shadowLength } }: Pick<PairCounts, 'similarity'>,
  interval: Interval | null,
  k: number | null,
): SimilarityReport | null {
  const measured = measures[task];
  if (measured === null || interval === null) return null;
  return {
    measure: measured.measure,
    k: task === 'ranking' ? k : null,
    n: dissimilarity.n,
    mean: interval.estimate,
    lower: interval.lower,
    upper: interval.upper,
    lengths:
      primaryLength === null || shadowLength === null
        ? null
        : { primary: primaryLength, shadow: shadowLength },
  };
}
