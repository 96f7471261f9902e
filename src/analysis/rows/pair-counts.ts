import type { Row } from '../../log/comparison-log.ts';
import type { MeanSums } from '../statistics/asymptotic-sequence.ts';
import type { PairedCounts } from '../statistics/paired-accuracy.ts';
import { numberIn } from './row-fields.ts';
import { type SimilaritySums, similaritySumsIn } from './similarity-sums.ts';

/** Sums over one set of compared rows: all that the closed forms need. */
export interface PairCounts {
  readonly n: number;
  /** Rows in which both versions gave an outcome, and those in which it was the same. */
  readonly withOutcome: number;
  readonly agreed: number;
  readonly primaryErrors: number;
  readonly shadowErrors: number;
  /** Of these, those whose run took longer than the deadline. */
  readonly shadowTimeouts: number;
  readonly primaryCpuMicroseconds: number | null;
  readonly shadowCpuMicroseconds: number | null;
  readonly confidence: {
    readonly primarySum: number;
    readonly shadowSum: number;
    readonly difference: MeanSums;
  };
  /** Rows with both outcomes and older than the label maturity; `labelled` of them have a label. */
  readonly labelled: number;
  readonly pairs: PairedCounts;
  readonly primaryRight: number;
  readonly shadowRight: number;
  readonly errors: ErrorSums;
  readonly similarity: SimilaritySums;
}

/** What is asked of the control: it is the primary's own version, so nobody asks whether it was right. */
export type ControlCounts = Pick<PairCounts, 'n' | 'shadowTimeouts' | 'shadowCpuMicroseconds'>;

/** Regression: sums over the labelled mature rows. */
export interface ErrorSums {
  readonly primary: MeanSums;
  readonly shadow: MeanSums;
  /** Of |shadow − y| − |primary − y|. */
  readonly difference: MeanSums;
}

export function pairCountsIn(row: Row | undefined): PairCounts {
  const labelled = numberIn(row, 'labelled');
  const sums = (name: string, n: number): MeanSums => ({
    n,
    sum: numberIn(row, `${name}_sum`),
    sumSquares: numberIn(row, `${name}_squares`),
  });
  return {
    n: numberIn(row, 'n'),
    withOutcome: numberIn(row, 'with_outcome'),
    agreed: numberIn(row, 'agreed'),
    primaryErrors: numberIn(row, 'p_failed'),
    shadowErrors: numberIn(row, 's_failed'),
    shadowTimeouts: numberIn(row, 's_late'),
    primaryCpuMicroseconds: meanIn(row, 'p_cpu'),
    shadowCpuMicroseconds: meanIn(row, 's_cpu'),
    confidence: {
      primarySum: numberIn(row, 'p_confidence_sum'),
      shadowSum: numberIn(row, 's_confidence_sum'),
      difference: sums('confidence', numberIn(row, 'confident')),
    },
    labelled,
    pairs: {
      n: numberIn(row, 'mature'),
      disagreements: numberIn(row, 'disagreements'),
      labelledDisagreements: numberIn(row, 'labelled_disagreements'),
      gains: numberIn(row, 'gains'),
      losses: numberIn(row, 'losses'),
    },
    primaryRight: numberIn(row, 'p_right'),
    shadowRight: numberIn(row, 's_right'),
    errors: {
      primary: sums('p_error', labelled),
      shadow: sums('s_error', labelled),
      difference: sums('error', labelled),
    },
    similarity: similaritySumsIn(row),
  };
}

/** Null where there is none. */
function meanIn(row: Row | undefined, name: string): number | null {
  const n = numberIn(row, `${name}_known`);
  return n === 0 ? null : numberIn(row, `${name}_sum`) / n;
}

/** What the difference is estimated from. */
export type DifferenceCounts = Pick<PairCounts, 'pairs'> & {
  readonly errors: Pick<ErrorSums, 'difference'>;
  readonly similarity: Pick<SimilaritySums, 'dissimilarity'>;
};
