import type { Query, Row } from '../log/comparison-log.ts';
import {
  asymptoticHalfWidth,
  asymptoticInterval,
  type MeanSums,
  meanOf,
  varianceOf,
} from './asymptotic-sequence.ts';
import type { Interval } from './interval.ts';
import type { LatencyQuantiles, LatencyReport } from './report.ts';
import { pairsOf, type ReportScope } from './report-scope.ts';
import { numberIn, numbersIn, optionalNumberIn } from './row-fields.ts';
import { type CellKey, groupingOf, keyIn } from './segment-cell.ts';

/** Latencies of one set of requests: both sides, and the sums of ln(side s total / primary total). */
export interface LatencySums {
  readonly primary: LatencyQuantiles | null;
  readonly other: LatencyQuantiles | null;
  readonly logRatio: MeanSums;
}

/** Of a request's rows only the first counts: they share one queue and one run. */
export async function queryLatency(
  query: Query,
  scope: ReportScope,
): Promise<ReadonlyMap<CellKey, LatencySums>> {
  const side = (s: 'p' | 's') =>
    ['queue', 'compute'].map(
      (part) => `CASE WHEN ${s}_status = 'ok' THEN ${s}_${part}_us END AS ${s}_${part}`,
    );
  const pairs = pairsOf(scope, ['"row"', ...side('p'), ...side('s')]);
  const grouping = groupingOf(scope);
  const quantiles = (s: 'p' | 's') =>
    `quantile_cont(${tenths(`${s}_total`)}, [0.5, 0.9, 0.99]) AS ${s}_total,
     quantile_cont(${tenths(`${s}_compute`)}, [0.5, 0.9, 0.99]) AS ${s}_compute,
     quantile_cont(${tenths(`${s}_queue`)}, 0.5) AS ${s}_queue`;
  const rows = await query(
    `WITH pairs AS (${pairs.text}),
     timed AS (
       SELECT *, p_queue + p_compute AS p_total, s_queue + s_compute AS s_total,
         CASE WHEN p_total > 0 AND s_total > 0 THEN ln(s_total / p_total) END AS log_ratio
       FROM pairs WHERE "row" = 0
     )
     SELECT ${grouping.fields}, ${quantiles('p')}, ${quantiles('s')},
       count(log_ratio) AS n, sum(log_ratio) AS log_sum, sum(log_ratio * log_ratio) AS log_squares
     FROM timed ${grouping.groupBy} ${grouping.having}`,
    pairs.parameters,
  );
  return new Map(
    rows.map((row) => [
      keyIn(row, scope),
      {
        primary: quantilesIn(row, 'p'),
        other: quantilesIn(row, 's'),
        logRatio: {
          n: numberIn(row, 'n'),
          sum: numberIn(row, 'log_sum'),
          sumSquares: numberIn(row, 'log_squares'),
        },
      },
    ]),
  );
}

function quantilesIn(row: Row, side: 'p' | 's'): LatencyQuantiles | null {
  const [p50, p90, p99] = numbersIn(row, `${side}_total`).map(milliseconds);
  const [compute50, compute90, compute99] = numbersIn(row, `${side}_compute`).map(milliseconds);
  const queue50 = optionalNumberIn(row, `${side}_queue`);
  if (p50 === undefined || p90 === undefined || p99 === undefined) return null;
  if (compute50 === undefined || compute90 === undefined || compute99 === undefined || queue50 === null)
    return null;
  return {
    p50,
    p90,
    p99,
    compute_p50: compute50,
    compute_p90: compute90,
    compute_p99: compute99,
    queue_p50: milliseconds(queue50),
  };
}

/** Whole tenths of microseconds: DuckDB takes quantiles of integers in under half the time of doubles. */
function tenths(microseconds: string): string {
  return `CAST(${microseconds} * 10 AS BIGINT)`;
}

function milliseconds(tenthsOfMicroseconds: number): number {
  return tenthsOfMicroseconds / 10_000;
}

export function latencyReport(
  shadow: LatencySums | undefined,
  control: LatencySums | undefined,
  alpha: number,
): LatencyReport | null {
  if (shadow === undefined || (shadow.primary === null && shadow.other === null)) return null;
  return {
    primary: shadow.primary,
    shadow: shadow.other,
    control: control?.other ?? null,
    ratio: ratioOf(shadow.logRatio, control?.logRatio ?? null, alpha),
  };
}

/**
 * Geometric mean ratio with its interval. Against the control it is the difference of two paired means, ln(shadow/primary)
 * and ln(control/primary), each with an interval at α/2: shadow and control need not have sampled the same requests.
 */
function ratioOf(shadow: MeanSums, control: MeanSums | null, alpha: number): LatencyReport['ratio'] {
  const plain = asymptoticInterval(shadow, alpha);
  if (plain === null) return null;
  if (control === null || asymptoticInterval(control, alpha) === null) {
    return { ...exponential(plain), against: 'primary' };
  }
  const half = (sums: MeanSums) => asymptoticHalfWidth(Math.sqrt(varianceOf(sums)), sums.n, alpha / 2);
  const estimate = meanOf(shadow) - meanOf(control);
  const width = half(shadow) + half(control);
  return {
    ...exponential({ estimate, lower: estimate - width, upper: estimate + width }),
    against: 'control',
  };
}

function exponential({ estimate, lower, upper }: Interval): Interval {
  return { estimate: Math.exp(estimate), lower: Math.exp(lower), upper: Math.exp(upper) };
}
