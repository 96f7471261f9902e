import type { Query, Row } from '../log/comparison-log.ts';
import type { CalibrationBin } from './calibration.ts';
import { moment, pairsOf, type ReportScope } from './report-scope.ts';
import { numberIn, numbersIn } from './row-fields.ts';
import { type CellKey, groupingOf, keyIn } from './segment-cell.ts';
import type { WeightedSample } from './weighted-sample.ts';

/** Confidences are counted in cells of this width: fine enough for distances, and few enough to travel. */
const gridCells = 1000;
const calibrationBins = 10;
const noBin: CalibrationBin = { n: 0, right: 0, sumConfidence: 0, sumSquaredError: 0 };

/** Distribution of one version's confidence over [0, 1], among the rows in which both versions gave one. */
export interface ConfidenceGrid {
  /** (middle of the cell, rows). */
  readonly sample: WeightedSample;
  /** Ten left-closed bins of the labelled rows older than the label maturity. */
  readonly calibration: readonly CalibrationBin[];
}

export interface ConfidenceGrids {
  readonly primary: ReadonlyMap<CellKey, ConfidenceGrid>;
  readonly shadow: ReadonlyMap<CellKey, ConfidenceGrid>;
}

/** Both versions in one pass over the rows: the cells of either are grouping sets of the same query. */
export async function queryConfidenceGrids(
  query: Query,
  scope: ReportScope,
  maturedMs: number,
): Promise<ConfidenceGrids> {
  const fields = ['request_id', '"row"', 'ts', 'p_confidence', 's_confidence', 'p_label', 's_label'];
  const pairs = pairsOf(scope, fields);
  const grouping = groupingOf(scope, ['p_cell', 's_cell']);
  const cell = (side: 'p' | 's') =>
    `CAST(least(${gridCells - 1}, greatest(0, floor(${side}_confidence * ${gridCells}))) AS INTEGER) AS ${side}_cell`;
  const hit = (side: 'p' | 's') => `CAST(truth = ${side}_label AS INTEGER) AS ${side}_hit`;
  const error = (side: 'p' | 's') => `(${side}_confidence - ${side}_hit)`;
  const ofSide = (sum: (side: 'p' | 's') => string) =>
    `CASE WHEN GROUPING(p_cell) = 0 THEN ${sum('p')} ELSE ${sum('s')} END`;
  const rows = await query(
    `WITH pairs AS (${pairs.text}),
     graded AS (
       SELECT p.*, ${cell('p')}, ${cell('s')},
         CASE WHEN p.ts <= ${moment('$matured')} THEN l.label END AS truth, ${hit('p')}, ${hit('s')}
       FROM pairs p LEFT JOIN latest_labels l
         ON l.model = $model AND l.request_id = p.request_id AND l."row" = p."row"
       WHERE p_confidence IS NOT NULL AND s_confidence IS NOT NULL
     ),
     cells AS (
       SELECT ${grouping.fields}, GROUPING(p_cell) AS shadow, coalesce(p_cell, s_cell) AS cell,
         count(*) AS n, count(truth) AS labelled,
         ${ofSide((side) => `count(*) FILTER (${side}_hit = 1)`)} AS hits,
         ${ofSide((side) => `coalesce(sum(${side}_confidence) FILTER (truth IS NOT NULL), 0)`)} AS confidence,
         ${ofSide((side) => `coalesce(sum(${error(side)} * ${error(side)}), 0)`)} AS squared_error
       FROM graded ${grouping.groupBy} ${grouping.having}
     )
     SELECT k, v, shadow, list(cell ORDER BY cell) AS cells, list(n ORDER BY cell) AS n,
       list(labelled ORDER BY cell) AS labelled, list(hits ORDER BY cell) AS hits,
       list(confidence ORDER BY cell) AS confidence, list(squared_error ORDER BY cell) AS squared_error
     FROM cells GROUP BY k, v, shadow`,
    { ...pairs.parameters, matured: maturedMs },
  );
  const gridsOf = (shadow: 0 | 1) =>
    new Map(
      rows.filter((row) => numberIn(row, 'shadow') === shadow).map((row) => [keyIn(row, scope), gridIn(row)]),
    );
  return { primary: gridsOf(0), shadow: gridsOf(1) };
}

function gridIn(row: Row): ConfidenceGrid {
  const cells = numbersIn(row, 'cells');
  const lists = ['n', 'labelled', 'hits', 'confidence', 'squared_error'].map((name) => numbersIn(row, name));
  const [n = [], labelled = [], hits = [], confidence = [], squaredError = []] = lists;
  const bins = Array.from({ length: calibrationBins }, () => noBin);
  cells.forEach((cell, index) => {
    const bin = Math.floor((cell * calibrationBins) / gridCells);
    const before = bins[bin] ?? noBin;
    bins[bin] = {
      n: before.n + (labelled[index] ?? 0),
      right: before.right + (hits[index] ?? 0),
      sumConfidence: before.sumConfidence + (confidence[index] ?? 0),
      sumSquaredError: before.sumSquaredError + (squaredError[index] ?? 0),
    };
  });
  return {
    sample: cells.map((cell, index) => [(cell + 0.5) / gridCells, n[index] ?? 0] as const),
    calibration: bins,
  };
}
