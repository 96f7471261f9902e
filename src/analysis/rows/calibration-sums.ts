import type { Row } from '../../log/comparison-log.ts';
import type { CalibrationBin } from '../statistics/calibration.ts';
import { confidenceCells } from './confidence-cell.ts';
import { numbersIn } from './row-fields.ts';
import { has } from './row-flags.ts';

type Side = 'p' | 's';
const sides = ['p', 's'] as const;
/** Bins of confidence, left-closed. */
const binCount = 10;
const noBin: CalibrationBin = { n: 0, right: 0, sumConfidence: 0, sumSquaredError: 0 };

/** Confidence is cut to cells before it is binned, as its distribution is. Both versions' confidence counts, or neither. */
const binSql = (side: Side) =>
  `CASE WHEN ${has('labelled')} AND ${has('confident')} THEN ${side}_cell // ${confidenceCells / binCount} END AS ${side}_bin`;
const error = (side: Side) => `(${side}_confidence - ${side}_hit)`;

/** Selected from kept rows. */
export const calibrationFields = [
  ...sides.map(binSql),
  ...sides.map((side) => `CAST(${has(`${side}_right`)} AS INTEGER) AS ${side}_hit`),
];

/** The first grouping is by these, too. */
export const calibrationKeys = sides.map((side) => `${side}_bin`);

/** Selected by the first grouping, beside `rows_counted` and `p_confidence_sum`, `s_confidence_sum`. */
export const calibrationSums: readonly string[] = sides.flatMap((side) => [
  `sum(${side}_hit) AS ${side}_hits`,
  `sum(${error(side)} * ${error(side)}) AS ${side}_squared_error`,
]);

const lists = ['bin', 'graded', 'hits', 'confidence', 'squared_error'] as const;

/**
 * CTEs over the first grouping, whose `keys` `grouping` brings to cells (`from` a table with them); the last is `calibration`: a row
 * for each cell and side.
 */
export function calibrationCtes(
  keys: readonly string[],
  grouping: { readonly fields: string; readonly clause: string },
  from: (table: string) => string,
): string {
  const ofSide = (side: Side) =>
    `SELECT ${[...keys, `'${side}' AS side`, `${side}_bin AS bin`].join(', ')}, sum(rows_counted) AS graded, sum(${side}_hits) AS hits,
       sum(${side}_confidence_sum) AS confidence, sum(${side}_squared_error) AS squared_error
     FROM first_sums WHERE ${side}_bin IS NOT NULL GROUP BY ${[...keys, `${side}_bin`].join(', ')}`;
  const added = lists.slice(1).map((name) => `CAST(sum(${name}) AS DOUBLE) AS ${name}`);
  return `sides AS (${sides.map(ofSide).join(' UNION ALL ')}),
     bins AS (SELECT ${grouping.fields}, side, bin, ${added.join(', ')} FROM ${from('sides')} ${grouping.clause}),
     calibration AS (
       SELECT k, v, side, ${lists.map((name) => `list(${name} ORDER BY bin) AS bins_${name}`).join(', ')}
       FROM bins GROUP BY k, v, side
     )`;
}

/** The ten bins that a row of `calibration` tells of; without one nothing was graded. */
export function calibrationBinsIn(row: Row | undefined): CalibrationBin[] {
  const [bins = [], graded = [], hits = [], confidence = [], squaredError = []] = lists.map((name) =>
    numbersIn(row, `bins_${name}`),
  );
  const all = Array.from({ length: binCount }, () => noBin);
  bins.forEach((bin, index) => {
    all[bin] = {
      n: graded[index] ?? 0,
      right: hits[index] ?? 0,
      sumConfidence: confidence[index] ?? 0,
      sumSquaredError: squaredError[index] ?? 0,
    };
  });
  return all;
}
