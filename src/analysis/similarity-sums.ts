import type { Row } from '../log/comparison-log.ts';
import type { MeanSums } from './asymptotic-sequence.ts';
import { numberIn, optionalNumberIn } from './row-fields.ts';
import type { TaskSql } from './task-sql.ts';

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

/** Aggregates for the SELECT over pairs, with a comma before each; empty for a task without such a measure. */
export function similarityAggregates({ dissimilarity, far }: TaskSql): string {
  if (dissimilarity === null) return '';
  const counted = `FILTER (${dissimilarity} IS NOT NULL)`;
  return `, count(${dissimilarity}) AS dissimilarity_n, sum(${dissimilarity}) AS dissimilarity_sum,
       sum((${dissimilarity}) * (${dissimilarity})) AS dissimilarity_squares,
       count(*) FILTER (${far}) AS far,
       avg(p_value) ${counted} AS p_length, avg(s_value) ${counted} AS s_length`;
}

export function similaritySumsIn(row: Row | undefined): SimilaritySums {
  return {
    dissimilarity: {
      n: numberIn(row, 'dissimilarity_n'),
      sum: numberIn(row, 'dissimilarity_sum'),
      sumSquares: numberIn(row, 'dissimilarity_squares'),
    },
    far: numberIn(row, 'far'),
    primaryLength: optionalNumberIn(row, 'p_length'),
    shadowLength: optionalNumberIn(row, 's_length'),
  };
}
