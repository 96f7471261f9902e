import type { Task } from '../../inference/outputs/prediction.ts';
import type { Query, Row } from '../../log/comparison-log.ts';
import {
  identifier,
  literal,
  moment,
  pairsOf,
  type ReportScope,
  type Sql,
  segmentColumn,
} from '../rows/report-scope.ts';
import { numberIn, textIn } from '../rows/row-fields.ts';
import type { Combination } from './plan.ts';
import { type JudgedLabelSet, labelWorth } from './weight.ts';

/** Combinations of segment values beyond these are worth less than all of them. */
const mostCombinations = 10_000;
/** Captured inputs of one answer together; what is beyond is left out. */
const mostFeatureCharacters = 4 * 1024 * 1024;

/** How many disagreements have no label: rows of an age at which one counts, and younger ones. */
export async function queryUnlabelled(
  query: Query,
  scope: ReportScope,
  task: Task,
  maturedMs: number,
): Promise<{ readonly mature: number; readonly young: number }> {
  const { text, parameters } = unlabelledOf({ ...scope, columns: [] }, task, maturedMs, []);
  const [row] = await query(
    `WITH ${text} SELECT count(*) FILTER (mature) AS mature, count(*) FILTER (NOT mature) AS young FROM unlabelled`,
    parameters,
  );
  return { mature: numberIn(row, 'mature'), young: numberIn(row, 'young') };
}

/** The candidates, counted by which of the sets they are in; those worth most first. The last set is all rows. */
export async function queryCombinations(
  query: Query,
  scope: ReportScope,
  task: Task,
  maturedMs: number,
  sets: readonly JudgedLabelSet[],
): Promise<Combination[]> {
  const kept = { ...scope, keep: keptValues(scope, sets) };
  const names = kept.columns.map(segmentColumn);
  const { text, parameters } = unlabelledOf(kept, task, maturedMs, []);
  const grouped = names.length === 0 ? '' : `, ${names.join(', ')}`;
  const rows = await query(
    `WITH ${text}
     SELECT ${keyOf(names)} AS key, ${scoreOf(kept, sets)} AS score${grouped}, count(*) AS n
     FROM unlabelled WHERE mature GROUP BY ALL ORDER BY score DESC, key LIMIT ${mostCombinations}`,
    parameters,
  );
  return rows.map((row) => ({
    key: textIn(row, 'key'),
    rows: numberIn(row, 'n'),
    score: numberIn(row, 'score'),
    sets: sets.flatMap(({ segment }, index) =>
      segment === null || row[`seg_${segment.column}`] === segment.value ? [index] : [],
    ),
  }));
}

/**
 * Rows of the combinations, as many of each as wanted, with `key` and `place` (from 1). Within a combination the order is that
 * of a hash: which row comes first must not hang on what either version said, or the labelled ones would not stand for the others.
 */
export function queryCandidates(
  query: Query,
  scope: ReportScope,
  task: Task,
  maturedMs: number,
  sets: readonly JudgedLabelSet[],
  wanted: ReadonlyMap<string, number>,
): Promise<Row[]> {
  const kept = { ...scope, keep: keptValues(scope, sets) };
  const given = [...scope.present.comparisons].map(
    (column) => `${segmentColumn(column)} AS ${identifier(`given_${column}`)}`,
  );
  const fields = ['p_label', 'p_value', 'p_confidence', 's_label', 's_value', 's_confidence', 'features'];
  const { text, parameters } = unlabelledOf(kept, task, maturedMs, [...fields, ...given]);
  const shown = ['request_id', '"row"', 'ts', ...fields.slice(0, -1)];
  const names = [...scope.present.comparisons].map((column) => identifier(`given_${column}`));
  return query(
    `WITH ${text},
     wanted AS (SELECT unnest(from_json($wanted, '[{"key":"VARCHAR","n":"INTEGER"}]'), recursive := true)),
     keyed AS (SELECT *, ${keyOf(kept.columns.map(segmentColumn))} AS key FROM unlabelled WHERE mature),
     placed AS (
       SELECT keyed.*, wanted.n, row_number() OVER (PARTITION BY key ORDER BY md5(event_id), event_id) AS place
       FROM keyed JOIN wanted USING (key) QUALIFY place <= wanted.n
     )
     SELECT ${[...shown, ...names].join(', ')}, key, place, features IS NOT NULL AS captured,
       CASE WHEN sum(coalesce(length(features), 0)) OVER (ORDER BY place, key) <= ${mostFeatureCharacters}
         THEN features END AS features
     FROM placed`,
    { ...parameters, wanted: JSON.stringify([...wanted].map(([key, n]) => ({ key, n }))) },
  );
}

/** CTEs `pairs` and `unlabelled`: disagreements without a label, of rows that count, with `mature`. */
function unlabelledOf(scope: ReportScope, task: Task, maturedMs: number, fields: readonly string[]): Sql {
  const needed = ['event_id', 'request_id', '"row"', 'ts', 'agree', 'p_value', 's_value'];
  const pairs = pairsOf(scope, [...new Set([...needed, ...fields])]);
  const unequal = task === 'regression' ? 'p_value <> s_value' : 'NOT agree';
  return {
    text: `pairs AS (${pairs.text}),
     unlabelled AS (
       SELECT *, ts <= ${moment('$matured')} AS mature FROM pairs p
       WHERE agree IS NOT NULL AND ${unequal} AND NOT EXISTS (
         SELECT 1 FROM latest_labels l
         WHERE l.model = $model AND l.request_id = p.request_id AND l."row" = p."row")
     )`,
    parameters: { ...pairs.parameters, matured: maturedMs },
  };
}

function keyOf(names: readonly string[]): string {
  return names.length === 0 ? "'all'" : `CAST(to_json([${names.join(', ')}]) AS VARCHAR)`;
}

/** Values that are sets of their own; all others are taken together. */
function keptValues(scope: ReportScope, sets: readonly JudgedLabelSet[]): ReadonlyMap<string, string[]> {
  const segments = sets.flatMap(({ segment }) => (segment === null ? [] : [segment]));
  const values = Map.groupBy(segments, ({ column }) => column);
  return new Map(
    scope.columns.map((column) => [column, (values.get(column) ?? []).map(({ value }) => value)]),
  );
}

/** Σ of what a label is worth to each set that the row is in, as an expression. */
function scoreOf(scope: ReportScope, sets: readonly JudgedLabelSet[]): string {
  const terms = scope.columns.map((column) => {
    const cases = sets.flatMap((set) =>
      set.segment?.column === column ? [`WHEN ${literal(set.segment.value)} THEN ${worthOf(set)}`] : [],
    );
    return cases.length === 0 ? '0' : `CASE ${segmentColumn(column)} ${cases.join(' ')} ELSE 0 END`;
  });
  const everywhere = sets.filter(({ segment }) => segment === null).map(worthOf);
  return [...terms, ...everywhere, '0::DOUBLE'].join(' + ');
}

function worthOf(set: JudgedLabelSet): string {
  return `${labelWorth(set).toExponential()}::DOUBLE`;
}
