import type { Row } from '../../log/comparison-log.ts';
import type { MeanSums } from '../statistics/asymptotic-sequence.ts';
import { numberIn, optionalNumberIn } from './row-fields.ts';

/** How little the outcomes of pairs have in common. Sums of what is small lose fewer digits than those of what is nearly 1. */
export interface SimilaritySums {
  /** Of 1 − similarity. */
  readonly dissimilarity: MeanSums;
  /** Pairs that are far from being the same, whatever the deployment tolerates: a cosine below .99, other items. */
  readonly far: number;
  /** Mean length of the vectors; null for what is no vector. */
  readonly primaryLength: number | null;
  readonly shadowLength: number | null;
}

/** Of rows whose task has no such measure. */
export const noSimilarity: SimilaritySums = {
  dissimilarity: { n: 0, sum: 0, sumSquares: 0 },
  far: 0,
  primaryLength: null,
  shadowLength: null,
};

export function similaritySumsIn(row: Row | undefined): SimilaritySums {
  const n = numberIn(row, 'measured');
  const mean = (sum: string) => {
    const total = optionalNumberIn(row, sum);
    return total === null || n === 0 ? null : total / n;
  };
  return {
    dissimilarity: {
      n,
      sum: numberIn(row, 'dissimilarity_sum'),
      sumSquares: numberIn(row, 'dissimilarity_squares'),
    },
    far: numberIn(row, 'far'),
    primaryLength: mean('p_length_sum'),
    shadowLength: mean('s_length_sum'),
  };
}
