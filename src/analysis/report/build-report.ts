import type { LogReader, QuerySession } from '../../log/comparison-log.ts';
import { judgeRows } from '../judgement/judgement.ts';
import { labelsVary } from '../judgement/labels-vary.ts';
import { rankSegments } from '../judgement/rank-segments.ts';
import { readinessOf } from '../judgement/readiness.ts';
import { pairCountsIn } from '../rows/pair-counts.ts';
import { queryPairCounts } from '../rows/query-pair-counts.ts';
import type { ReportScope } from '../rows/report-scope.ts';
import { keepRequestRows, type RequestRows } from '../rows/request-rows.ts';
import { type CellKey, keyIn, keyOf, overallKey, segmentIn } from '../rows/segment-cell.ts';
import { queryStrata } from '../rows/strata.ts';
import { trafficReport } from '../rows/traffic-counts.ts';
import { findSlices } from '../slices/find-slices.ts';
import { sliceReports } from '../slices/report.ts';
import { eBenjaminiHochberg } from '../statistics/e-benjamini-hochberg.ts';
import { finiteExp } from '../statistics/loss-alarm.ts';
import { verdictOf } from '../verdict/verdict.ts';
import { type BlockParts, buildBlock } from './block.ts';
import { queryDetails } from './details.ts';
import { withRefusedSegments } from './refused-segments.ts';
import type { Report } from './report.ts';
import type { ReportRequest } from './request.ts';
import { windowOf } from './window.ts';

/** The report of one primary and one shadow, from what the log's views hold now. Rejects where a query does. */
export async function buildReport(log: LogReader, request: ReportRequest): Promise<Report> {
  await using session = await log.openSession();
  return await reportOf(session, await keepRequestRows(session, request), request);
}

/** The same from rows that a session has kept. */
export async function reportOf(
  { query }: QuerySession,
  kept: RequestRows,
  request: ReportRequest,
): Promise<Report> {
  const { task, readiness: targets, nowMs } = request;
  const { whole: scope, refused, searchable, overview, traffic } = kept;
  const sums = await queryPairCounts(query, scope, task);
  const all = pairCountsIn(sums.rows.find((row) => keyIn(row, scope) === overallKey));
  const cells = sums.rows.flatMap((row) => {
    const segment = segmentIn(row, scope);
    return segment === null ? [] : [{ segment, counts: pairCountsIn(row) }];
  });
  const unevenLabels = labelsVary(all, cells, targets.alpha);
  const uneven = overview.samplingVaries || unevenLabels;
  const strata = uneven ? await queryStrata(query, scope, task, unevenLabels) : null;

  const rules = { task, alpha: targets.alpha, margin: targets.margin };
  const threshold = Math.max(1, cells.length) / targets.alpha;
  const judgement = judgeRows(all, strata?.(null, all) ?? null, { ...rules, threshold: 1 / targets.alpha });
  const trafficRows = traffic.rowsOf.get(overallKey) ?? 0;
  const ranked = rankSegments(
    task,
    cells.map(({ segment, counts }) => ({
      segment,
      counts,
      trafficShare: trafficRows === 0 ? null : (traffic.rowsOf.get(keyOf(segment)) ?? 0) / trafficRows,
      judgement: judgeRows(counts, strata?.(segment, counts) ?? null, { ...rules, threshold }),
    })),
  );
  const sizes = ranked.map(({ segment, counts }) => ({ segment, n: counts.n }));
  const readiness = readinessOf(all, sizes, overview, request, judgement.counts);
  const eValues = ranked.map((segment) => finiteExp(segment.judgement.logEValue));
  const discoveries = new Set(eBenjaminiHochberg(eValues, targets.alpha));

  const shown = ranked.slice(0, request.maxSegments);
  const [details, found] = await Promise.all([
    queryDetails(query, keeping(scope, shown, ranked.length), sums, request),
    findSlices(query, scope, request, all, sizes, searchable),
  ]);
  const blockOf = (key: CellKey, parts: Pick<BlockParts, 'counts' | 'judgement'>) =>
    buildBlock({ ...parts, ...details.of(key, parts.counts) }, request);
  return {
    model: request.model,
    primary: request.primaryVersion,
    shadow: request.shadowVersion,
    task,
    generated_at: new Date(nowMs).toISOString(),
    window: windowOf(request, overview),
    traffic: trafficReport(traffic, overview),
    overall: blockOf(overallKey, { counts: all, judgement }),
    segments: shown.map((judged, index) => ({
      segment: judged.segment,
      traffic_share: judged.trafficShare,
      block: blockOf(keyOf(judged.segment), judged),
      status: judged.judgement.status,
      evidence: { e_value: eValues[index] ?? 1, threshold, discovery: discoveries.has(index) },
    })),
    segments_omitted: ranked.length - shown.length,
    refused_segments: refused,
    rows_of_repeated_entities: overview.compared - all.n,
    ...sliceReports(found),
    flips: details.flips,
    readiness,
    verdict: withRefusedSegments(
      verdictOf({ counts: all, judgement }, ranked, found?.slices ?? [], readiness, details.control, request),
      refused,
      request,
    ),
    sampling: request.sampling,
    interference: request.interference,
    lanes: request.lanes,
  };
}

/** The same rows, grouped by the shown segments only: the costly details are asked of no others. */
function keeping(
  scope: ReportScope,
  shown: readonly { readonly segment: { readonly column: string; readonly value: string } }[],
  judged: number,
): ReportScope {
  if (shown.length === judged) return scope;
  const values = Map.groupBy(shown, ({ segment }) => segment.column);
  return {
    ...scope,
    keep: new Map([...values].map(([column, of]) => [column, of.map(({ segment }) => segment.value)])),
  };
}
