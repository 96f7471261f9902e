import type { LogReader, QuerySession } from '../../log/comparison-log.ts';
import type { ReportRequest } from '../report/request.ts';
import { windowOf } from '../report/window.ts';
import { keepRequestRows, type RequestRows } from '../rows/request-rows.ts';
import { agreementOf, figuresOf } from './bucket-figures.ts';
import { queryBucketLatency } from './bucket-latency.ts';
import { addSums, type BucketSums, noSums, queryBucketSums } from './bucket-sums.ts';
import { keepTraffic, queryBucketTraffic } from './bucket-traffic.ts';
import { queryComparedRows } from './compared-rows.ts';
import { queryLatencyDistributions } from './latency-distributions.ts';
import { holdsTraffic, startMsOf, type TimeGrid, type TimeSpan, timeGrid } from './time-grid.ts';
import type { Timeline } from './timeline.ts';

/** The timeline of one primary and one shadow, from what the log's views hold now. Rejects where a query does. */
export async function buildTimeline(log: LogReader, request: ReportRequest): Promise<Timeline> {
  await using session = await log.openSession();
  return await timelineOf(session, await keepRequestRows(session, request), request);
}

/** The same from rows that a session has kept. */
export async function timelineOf(
  session: QuerySession,
  { whole: scope, overview }: RequestRows,
  request: ReportRequest,
): Promise<Timeline> {
  const { query } = session;
  const { task, readiness } = request;
  const traffic = await keepTraffic(session, scope);
  const grid = timeGrid(spanOf(overview), traffic);
  const latency = await queryLatencyDistributions(query, scope);
  const about = {
    model: request.model,
    primary: request.primaryVersion,
    shadow: request.shadowVersion,
    generated_at: new Date(request.nowMs).toISOString(),
    window: windowOf(request, overview),
  };
  const compared = grid && (await queryComparedRows(query, scope, grid));
  if (grid === null || compared === null) {
    const hours = Array.from({ length: 7 }, () => Array.from({ length: 24 }, () => 0));
    return {
      ...about,
      bucket_seconds: 60,
      buckets: [],
      running_agreement: [],
      hours_of_week: hours,
      latency,
    };
  }
  const sums = await queryBucketSums(query, scope, grid, overview.samplingVaries);
  const counts = holdsTraffic(grid) ? await queryBucketTraffic(query, grid) : null;
  const latencyOf = await queryBucketLatency(query, scope, grid);
  const numbers = [...new Set([...compared.byBucket.keys(), ...(counts?.keys() ?? [])])].sort(
    (a, b) => a - b,
  );
  const untold = counts === null ? unknownTraffic : noTraffic;
  return {
    ...about,
    bucket_seconds: grid.widthMinutes * 60,
    buckets: numbers.map((bucket) => ({
      at: new Date(startMsOf(grid, bucket)).toISOString(),
      ...(counts?.get(bucket) ?? untold),
      compared: compared.byBucket.get(bucket) ?? 0,
      ...figuresOf(sums.get(bucket) ?? noSums, task, readiness.alpha),
      latency_ms: latencyOf(bucket),
    })),
    running_agreement: runningAgreement(
      grid,
      numbers,
      sums,
      overview.lastMs ?? request.nowMs,
      readiness.alpha,
    ),
    hours_of_week: compared.byHourOfWeek,
    latency,
  };
}

const unknownTraffic = { requests: null, rows: null, sampled: null, dropped: null };
const noTraffic = { requests: 0, rows: 0, sampled: 0, dropped: 0 };

function spanOf({ firstMs, lastMs }: RequestRows['overview']): TimeSpan | null {
  return firstMs === null || lastMs === null ? null : { firstMs, lastMs };
}

/** @param lastMs event time of the last row: no point lies beyond it */
function runningAgreement(
  grid: TimeGrid,
  numbers: readonly number[],
  sums: ReadonlyMap<number, BucketSums>,
  lastMs: number,
  alpha: number,
): Timeline['running_agreement'] {
  let soFar = noSums;
  return numbers.flatMap((bucket) => {
    const own = sums.get(bucket);
    if (own === undefined || own.n.with_outcome === 0) return [];
    soFar = addSums(soFar, own);
    const agreement = agreementOf(soFar, alpha);
    const at = new Date(Math.min(startMsOf(grid, bucket + 1), lastMs)).toISOString();
    return agreement === null ? [] : [{ at, n: soFar.n.with_outcome, ...agreement }];
  });
}
