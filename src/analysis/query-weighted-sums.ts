import type { Task } from '../inference/outputs/prediction.ts';
import type { Query, Row } from '../log/comparison-log.ts';
import { keptRowsOf } from './kept-rows.ts';
import { moment, type ReportScope } from './report-scope.ts';
import { numberIn } from './row-fields.ts';
import { taskSql } from './task-sql.ts';
import {
  type Indicator,
  indicators,
  noCounts,
  noValues,
  recordOf,
  type Value,
  values,
  type WeightedSums,
} from './weighted-sums.ts';

/** Grouped as `queryPairCounts` does it. */
export function queryWeightedSums(
  query: Query,
  scope: ReportScope,
  task: Task,
  maturedMs: number,
  grouping: { readonly fields: string; readonly clause: string },
): Promise<Row[]> {
  const { columns, hits, unequal, primaryWins, shadowWins, right, error, dissimilarity, far } = taskSql[task];
  const fields = ['ts', 'pi', 'agree', 'given', 'p_status', 's_status', 'p_label', 's_label'];
  const outcomes = ['p_value', 's_value', 'p_confidence', 's_confidence', ...columns];
  const pairs = keptRowsOf(scope, [...fields, ...outcomes]);
  const conditions: Record<Indicator, string> = {
    rows: 'true',
    outcomes: 'agree IS NOT NULL',
    agreed: 'agree',
    p_failed: "p_status <> 'ok'",
    s_failed: "s_status <> 'ok'",
    s_late: "s_status = 'timeout'",
    mature: 'mature',
    disagreements: `mature AND ${unequal}`,
    labelled: 'truth IS NOT NULL',
    labelled_disagreements: `truth IS NOT NULL AND ${unequal}`,
    gains: shadowWins,
    losses: primaryWins,
    p_right: right('p'),
    s_right: right('s'),
    confident: 'd_confidence IS NOT NULL',
    measured: `${dissimilarity} IS NOT NULL`,
    far,
  };
  const terms: Record<Value, string> = {
    p_confidence: 'CASE WHEN d_confidence IS NOT NULL THEN p_confidence END',
    s_confidence: 'CASE WHEN d_confidence IS NOT NULL THEN s_confidence END',
    confidence: 'd_confidence',
    p_error: 'e_p',
    s_error: 'e_s',
    error: 'e_s - e_p',
    dissimilarity: dissimilarity ?? 'NULL::DOUBLE',
  };
  const counted = indicators.map(
    (name) =>
      `sum(w) FILTER (${conditions[name]}) AS ${name}_w, sum(w * w) FILTER (${conditions[name]}) AS ${name}_ww`,
  );
  const summed = values.map((name) => {
    const term = `(${terms[name]})`;
    return `sum(w * ${term}) AS ${name}_wx, sum(w * ${term} * ${term}) AS ${name}_wxx,
      sum(w * w * ${term}) AS ${name}_wwx, sum(w * w * ${term} * ${term}) AS ${name}_wwxx`;
  });
  return query(
    `WITH pairs AS (${pairs}),
     weighted AS (
       SELECT p.*, 1 / p.pi AS w, s_confidence - p_confidence AS d_confidence,
         p.agree IS NOT NULL AND p.ts <= ${moment('$matured')} AS mature,
         CASE WHEN mature THEN given END AS truth, ${hits}${error('p')} AS e_p, ${error('s')} AS e_s
       FROM pairs p WHERE p.pi > 0
     )
     SELECT ${grouping.fields}, count(*) FILTER (mature) AS pairs, count(truth) AS labelled,
       count(*) FILTER (${conditions.measured}) AS measured,
       min(pi) AS least_pi, max(pi) AS most_pi, ${[...counted, ...summed].join(', ')}
     FROM weighted ${grouping.clause}`,
    { matured: maturedMs },
  );
}

export function weightedSumsIn(row: Row): WeightedSums {
  const counts = (suffix: string) => recordOf(noCounts, (name) => numberIn(row, `${name}_${suffix}`));
  const sums = (suffix: string) => recordOf(noValues, (name) => numberIn(row, `${name}_${suffix}`));
  return {
    pairs: numberIn(row, 'pairs'),
    labelled: numberIn(row, 'labelled'),
    measured: numberIn(row, 'measured'),
    leastPi: numberIn(row, 'least_pi'),
    mostPi: numberIn(row, 'most_pi'),
    weight: counts('w'),
    squared: counts('ww'),
    sum: sums('wx'),
    sumSquares: sums('wxx'),
    squaredSum: sums('wwx'),
    squaredSumSquares: sums('wwxx'),
  };
}
