import type { PairCounts } from '../rows/pair-counts.ts';
import { asymptoticInterval } from '../statistics/asymptotic-sequence.ts';
import { jensenShannonDistance } from '../statistics/jensen-shannon.ts';
import { kolmogorovSmirnov } from '../statistics/kolmogorov-smirnov.ts';
import { populationStability } from '../statistics/population-stability.ts';
import { wasserstein } from '../statistics/wasserstein.ts';
import type { WeightedSample } from '../statistics/weighted-sample.ts';
import type { ConfidenceGrid } from './confidence-grid.ts';
import type { ConfidenceReport } from './report.ts';

const histogramEdges = Array.from({ length: 21 }, (_, index) => index / 20);

/** Upper ends of at most ten bins with about equally many values each; a value lies below its bin's end. */
export function decileEnds(sample: WeightedSample): number[] {
  const total = sample.reduce((sum, [, count]) => sum + count, 0);
  const ends: number[] = [];
  let below = 0;
  let next = 1;
  sample.forEach(([value, count], index) => {
    below += count;
    if (below * 10 < next * total || index === sample.length - 1) return;
    ends.push((value + (sample[index + 1]?.[0] ?? value)) / 2);
    while (below * 10 >= next * total) next += 1;
  });
  return [...ends, Number.POSITIVE_INFINITY];
}

/** How often a value falls below each end and not below the one before. */
function countBelow(sample: WeightedSample, ends: readonly number[]): number[] {
  const counts = ends.map(() => 0);
  for (const [value, count] of sample) {
    const bin = ends.findIndex((end) => value < end);
    counts[bin] = (counts[bin] ?? 0) + count;
  }
  return counts;
}

function sharesOf(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => count / total);
}

/** `ends` are the bins of PSI and JS, fixed from the primary over all rows so that segments compare. */
export function confidenceReport(
  { confidence }: PairCounts,
  primary: ConfidenceGrid | undefined,
  shadow: ConfidenceGrid | undefined,
  ends: readonly number[],
  alpha: number,
): ConfidenceReport | null {
  const { n } = confidence.difference;
  if (n === 0 || primary === undefined || shadow === undefined) return null;
  const p = sharesOf(countBelow(primary.sample, ends));
  const q = sharesOf(countBelow(shadow.sample, ends));
  const upperEdges = [...histogramEdges.slice(1, -1), Number.POSITIVE_INFINITY];
  return {
    primary_mean: confidence.primarySum / n,
    shadow_mean: confidence.shadowSum / n,
    difference: asymptoticInterval(confidence.difference, alpha),
    psi: populationStability(p, q),
    js_distance: jensenShannonDistance(p, q),
    ks: kolmogorovSmirnov(primary.sample, shadow.sample),
    wasserstein: wasserstein(primary.sample, shadow.sample),
    histogram: {
      edges: histogramEdges,
      primary: countBelow(primary.sample, upperEdges),
      shadow: countBelow(shadow.sample, upperEdges),
    },
  };
}
