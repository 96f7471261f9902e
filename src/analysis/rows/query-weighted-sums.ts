import type { Task } from '../../inference/outputs/prediction.ts';
import type { Query, Row } from '../../log/comparison-log.ts';
import {
  type Indicator,
  indicators,
  noCounts,
  noValues,
  recordOf,
  type Value,
  values,
  type WeightedSums,
} from '../statistics/weighted-sums.ts';
import { withSegments } from './combinations.ts';
import { keptRowsOf } from './kept-rows.ts';
import type { ReportScope } from './report-scope.ts';
import { numberIn } from './row-fields.ts';
import { has } from './row-flags.ts';
import { taskSql } from './task-sql.ts';

/** SQL for whether a kept row counts. */
const conditions: Readonly<Record<Indicator, string>> = {
  rows: 'true',
  outcomes: has('with_outcome'),
  agreed: has('agreed'),
  p_failed: has('p_failed'),
  s_failed: has('s_failed'),
  s_late: has('s_late'),
  mature: has('mature'),
  disagreements: has('disagreements'),
  labelled: has('labelled'),
  labelled_disagreements: has('labelled_disagreements'),
  gains: has('gains'),
  losses: has('losses'),
  p_right: has('p_right'),
  s_right: has('s_right'),
  confident: has('confident'),
  measured: has('measured'),
  far: has('far'),
};

/** What is summed of a kept row; null where it has none. */
function termsOf(task: Task): Readonly<Record<Value, string>> {
  const none = 'NULL::DOUBLE';
  const confident = (term: string) => `CASE WHEN ${has('confident')} THEN ${term} END`;
  const regression = task === 'regression';
  return {
    p_confidence: confident('p_confidence'),
    s_confidence: confident('s_confidence'),
    confidence: 's_confidence - p_confidence',
    p_error: regression ? 'p_error' : none,
    s_error: regression ? 's_error' : none,
    error: regression ? 's_error - p_error' : none,
    dissimilarity: taskSql[task].dissimilarity === null ? none : 'dissimilarity',
  };
}

/** Of kept rows, each with the weight 1/π, grouped as `queryPairCounts` does it. */
export function queryWeightedSums(
  query: Query,
  scope: ReportScope,
  task: Task,
  grouping: { readonly fields: string; readonly clause: string },
): Promise<Row[]> {
  const terms = termsOf(task);
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
    `WITH kept AS (SELECT * FROM ${withSegments(scope, `(${keptRowsOf(scope)})`)}),
     weighted AS (SELECT *, 1 / pi AS w FROM kept WHERE pi > 0)
     SELECT ${grouping.fields}, count(*) FILTER (${has('mature')}) AS pairs, count(*) FILTER (${has('labelled')}) AS labelled,
       count(*) FILTER (${has('measured')}) AS measured,
       min(pi) AS least_pi, max(pi) AS most_pi, ${[...counted, ...summed].join(', ')}
     FROM weighted ${grouping.clause}`,
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
