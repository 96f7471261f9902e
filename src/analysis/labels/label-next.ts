import type { LogReader, Query, Row } from '../../log/comparison-log.ts';
import { judge } from '../judgement/judgement.ts';
import { labelsVary } from '../judgement/labels-vary.ts';
import type { ReportRequest } from '../report/request.ts';
import { pairCountsIn } from '../rows/pair-counts.ts';
import { queryPairCounts } from '../rows/query-pair-counts.ts';
import type { ReportScope } from '../rows/report-scope.ts';
import { keepRequestRows } from '../rows/request-rows.ts';
import { numberIn, optionalNumberIn, optionalTextIn, textIn } from '../rows/row-fields.ts';
import { segmentIn } from '../rows/segment-cell.ts';
import { queryStrata } from '../rows/strata.ts';
import { nameOf } from '../verdict/verdict-words.ts';
import { queryCandidates, queryCombinations, queryUnlabelled } from './candidates.ts';
import { planLabels } from './plan.ts';
import { type JudgedLabelSet, labelSetOf, labelWorth, statusWeight } from './weight.ts';

/** Disagreements without a label, in the order in which labels would tell most. */
export interface LabelNext {
  readonly model: string;
  readonly primary: string;
  readonly shadow: string;
  readonly generated_at: string;
  /** Disagreements without a label that are older than the label maturity; `rows` are the first of these. */
  readonly unlabelled: number;
  /** Younger ones: their label may come by itself, and would not count yet. */
  readonly young: number;
  /** Rows whose captured inputs are left out, since the answer would be too large. */
  readonly features_omitted: number;
  readonly rows: readonly LabelCandidate[];
}

export interface LabelCandidate {
  readonly request_id: string;
  readonly row: number;
  /** Of the event. */
  readonly timestamp: string;
  readonly segments: Readonly<Record<string, string>>;
  readonly primary: CandidateSide;
  readonly shadow: CandidateSide;
  /** JSON as it was captured; null where it was not. */
  readonly features: string | null;
  readonly why: string;
  /** By how much a label narrows the bounds of the sets that the row is in, weighted and summed. */
  readonly score: number;
}

export interface CandidateSide {
  readonly label: string | null;
  readonly value: number | null;
  readonly confidence: number | null;
}

/** Sets beyond these are narrower than all of them. */
const mostSets = 200;

/** Rejects where a query does. */
export async function labelNext(log: LogReader, request: ReportRequest, limit: number): Promise<LabelNext> {
  await using session = await log.openSession();
  const { query } = session;
  const { task, readiness, nowMs } = request;
  const maturedMs = nowMs - readiness.labelMaturityMs;
  const { whole: scope, overview } = await keepRequestRows(session, request);
  const [sets, { mature, young }] = await Promise.all([
    querySets(query, scope, request, overview.samplingVaries),
    queryUnlabelled(query, scope, task, maturedMs),
  ]);
  const combinations = await queryCombinations(query, scope, task, maturedMs, sets);
  const picks = planLabels(sets, combinations, limit);
  const wanted = new Map(
    [...Map.groupBy(picks, ({ combination }) => combination)].map(([key, of]) => [key, of.length]),
  );
  const rows = picks.length === 0 ? [] : await queryCandidates(query, scope, task, maturedMs, sets, wanted);
  const byPlace = new Map(rows.map((row) => [placeOf(textIn(row, 'key'), numberIn(row, 'place')), row]));
  const scores = new Map(combinations.map(({ key, score }) => [key, score]));
  const given = new Map<string, number>();
  const candidates = picks.flatMap(({ combination, set }): LabelCandidate[] => {
    const place = (given.get(combination) ?? 0) + 1;
    given.set(combination, place);
    const row = byPlace.get(placeOf(combination, place));
    const why = sets[set];
    // A label may have come between the two queries.
    if (row === undefined || why === undefined) return [];
    return [candidateIn(row, scope, whyOf(why, request), scores.get(combination) ?? 0)];
  });
  return {
    ...{ model: request.model, primary: request.primaryVersion, shadow: request.shadowVersion },
    generated_at: new Date(nowMs).toISOString(),
    ...{ unlabelled: mature, young },
    features_omitted: rows.filter((row) => row.captured === true && row.features === null).length,
    rows: candidates,
  };
}

/** All rows and every declared segment in which labels are missing, the widest bounds first, weighted. */
async function querySets(
  query: Query,
  scope: ReportScope,
  { task, readiness: { alpha, margin } }: ReportRequest,
  samplingVaries: boolean,
): Promise<JudgedLabelSet[]> {
  const { rows } = await queryPairCounts(query, scope, task);
  const cells = rows.map((row) => ({ segment: segmentIn(row, scope), counts: pairCountsIn(row) }));
  const all = cells.find(({ segment }) => segment === null)?.counts ?? pairCountsIn(undefined);
  const unevenLabels = labelsVary(
    all,
    cells.filter(({ segment }) => segment !== null),
    alpha,
  );
  const uneven = samplingVaries || unevenLabels;
  const strata = uneven ? await queryStrata(query, scope, task, unevenLabels) : null;
  const judged = Math.max(1, cells.filter(({ segment }) => segment !== null).length);
  const sets = cells.map(({ segment, counts }) => {
    const threshold = (segment === null ? 1 : judged) / alpha;
    const judgement = judge(counts, strata?.(segment, counts) ?? null, { task, alpha, margin, threshold });
    return labelSetOf(segment, counts, judgement, threshold);
  });
  const pull = (set: JudgedLabelSet) => statusWeight(set) * set.width;
  const segments = sets
    .filter(({ segment, unlabelled }) => segment !== null && unlabelled > 0)
    .toSorted((a, b) => pull(b) - pull(a) || labelWorth(b) - labelWorth(a));
  return [...segments.slice(0, mostSets), ...sets.filter(({ segment }) => segment === null)];
}

function candidateIn(row: Row, scope: ReportScope, why: string, score: number): LabelCandidate {
  const side = (prefix: 'p' | 's'): CandidateSide => ({
    label: optionalTextIn(row, `${prefix}_label`),
    value: optionalNumberIn(row, `${prefix}_value`),
    confidence: optionalNumberIn(row, `${prefix}_confidence`),
  });
  const segments = [...scope.present.comparisons].flatMap((column) => {
    const value = optionalTextIn(row, `given_${column}`);
    return value === null ? [] : [[column, value] as const];
  });
  return {
    request_id: textIn(row, 'request_id'),
    row: numberIn(row, 'row'),
    timestamp: textIn(row, 'ts'),
    segments: Object.fromEntries(segments),
    ...{ primary: side('p'), shadow: side('s') },
    features: optionalTextIn(row, 'features'),
    ...{ why, score },
  };
}

function whyOf(
  { segment, status, n, disagreements, unlabelled }: JudgedLabelSet,
  { task }: ReportRequest,
): string {
  const missing = `${unlabelled.toLocaleString('en-US')} of ${disagreements.toLocaleString('en-US')} disagreements have no label`;
  const narrows =
    task === 'classification' ? `; each narrows its bounds by ${(200 / n).toPrecision(2)} points` : '';
  const name = segment === null ? 'all traffic' : nameOf(segment);
  return `${name} ${status === 'undecided' ? 'is' : 'seems'} ${status}: ${missing}${narrows}`;
}

function placeOf(combination: string, place: number): string {
  return `${place} ${combination}`;
}
