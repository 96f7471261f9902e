import type { Task } from '../inference/prediction.ts';
import type { Query, Row } from '../log/comparison-log.ts';
import { type MeanSums, mergeSums } from './asymptotic-sequence.ts';
import { mergePairs, type PairedCounts } from './paired-accuracy.ts';
import { moment, pairsOf, type ReportScope } from './report-scope.ts';
import { numberIn, optionalNumberIn } from './row-fields.ts';

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
}

/** Regression: sums over the labelled mature rows. */
export interface ErrorSums {
  readonly primary: MeanSums;
  readonly shadow: MeanSums;
  /** Of |shadow − y| − |primary − y|. */
  readonly difference: MeanSums;
}

/** What a label says about each task: is there a truth, and who met it. */
export const truthSql: Record<
  Task,
  { readonly truth: string; readonly primaryWins: string; readonly shadowWins: string }
> = {
  classification: {
    truth: 'l.label',
    primaryWins: 'NOT agree AND p_label = truth',
    shadowWins: 'NOT agree AND s_label = truth',
  },
  regression: {
    truth: 'coalesce(l.value, TRY_CAST(l.label AS DOUBLE))',
    primaryWins: 'abs(p_value - truth) < abs(s_value - truth)',
    shadowWins: 'abs(s_value - truth) < abs(p_value - truth)',
  },
};

const ownFields = [
  'p_status',
  's_status',
  'agree',
  'p_label',
  's_label',
  'p_value',
  's_value',
  'p_confidence',
  's_confidence',
  'p_cpu_us',
  's_cpu_us',
];
const keyFields = ['request_id', '"row"', 'ts'];

/**
 * Sums of each group of rows. `grouping.fields` are selected beside them, `grouping.clause` is all that follows FROM.
 * Labels count only for rows whose event is older than `maturedMs`.
 */
export function queryPairCounts(
  query: Query,
  scope: ReportScope,
  task: Task,
  maturedMs: number,
  grouping: { readonly fields: string; readonly clause: string },
): Promise<Row[]> {
  const { truth, primaryWins, shadowWins } = truthSql[task];
  const pairs = pairsOf(scope, [...keyFields, ...ownFields]);
  const unequal = task === 'regression' ? 'p_value <> s_value' : 'NOT agree';
  const right = (side: 'p' | 's') => (task === 'regression' ? 'false' : `${side}_label = truth`);
  const error = (side: 'p' | 's') => (task === 'regression' ? `abs(${side}_value - truth)` : 'NULL::DOUBLE');
  return query(
    `WITH pairs AS (${pairs.text}),
     scored AS (
       SELECT p.*, s_confidence - p_confidence AS confidence_difference,
         p.agree IS NOT NULL AND p.ts <= ${moment('$matured')} AS mature,
         CASE WHEN mature THEN ${truth} END AS truth,
         ${error('p')} AS p_error, ${error('s')} AS s_error, s_error - p_error AS error_difference
       FROM pairs p LEFT JOIN latest_labels l
         ON l.model = $model AND l.request_id = p.request_id AND l."row" = p."row"
     )
     SELECT ${grouping.fields},
       count(*) AS n, count(agree) AS with_outcome, count(*) FILTER (agree) AS agreed,
       count(*) FILTER (p_status <> 'ok') AS p_errors, count(*) FILTER (s_status <> 'ok') AS s_errors,
       count(*) FILTER (s_status = 'timeout') AS s_timeouts,
       avg(p_cpu_us) FILTER (p_status = 'ok') AS p_cpu, avg(s_cpu_us) FILTER (s_status = 'ok') AS s_cpu,
       count(confidence_difference) AS confidence_n,
       sum(p_confidence) FILTER (confidence_difference IS NOT NULL) AS p_confidence_sum,
       sum(s_confidence) FILTER (confidence_difference IS NOT NULL) AS s_confidence_sum,
       sum(confidence_difference) AS confidence_sum, sum(confidence_difference * confidence_difference) AS confidence_squares,
       count(*) FILTER (mature) AS mature, count(truth) AS labelled,
       count(*) FILTER (mature AND ${unequal}) AS disagreements,
       count(truth) FILTER (${unequal}) AS labelled_disagreements,
       count(*) FILTER (${shadowWins}) AS gains, count(*) FILTER (${primaryWins}) AS losses,
       count(*) FILTER (${right('p')}) AS p_right, count(*) FILTER (${right('s')}) AS s_right,
       sum(p_error) AS p_error_sum, sum(p_error * p_error) AS p_error_squares,
       sum(s_error) AS s_error_sum, sum(s_error * s_error) AS s_error_squares,
       sum(error_difference) AS error_sum, sum(error_difference * error_difference) AS error_squares
     FROM scored ${grouping.clause}`,
    { ...pairs.parameters, matured: maturedMs },
  );
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
    primaryErrors: numberIn(row, 'p_errors'),
    shadowErrors: numberIn(row, 's_errors'),
    shadowTimeouts: numberIn(row, 's_timeouts'),
    primaryCpuMicroseconds: optionalNumberIn(row, 'p_cpu'),
    shadowCpuMicroseconds: optionalNumberIn(row, 's_cpu'),
    confidence: {
      primarySum: numberIn(row, 'p_confidence_sum'),
      shadowSum: numberIn(row, 's_confidence_sum'),
      difference: sums('confidence', numberIn(row, 'confidence_n')),
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
  };
}

/** What the difference is estimated from, of two sets of rows together. */
export type DifferenceCounts = Pick<PairCounts, 'pairs'> & { readonly errors: Pick<ErrorSums, 'difference'> };

export function mergeDifferenceCounts(a: DifferenceCounts, b: DifferenceCounts): DifferenceCounts {
  return {
    pairs: mergePairs(a.pairs, b.pairs),
    errors: { difference: mergeSums(a.errors.difference, b.errors.difference) },
  };
}
