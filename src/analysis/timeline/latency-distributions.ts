import type { Query } from '../../log/comparison-log.ts';
import { keptRowsOf } from '../rows/kept-rows.ts';
import type { ReportScope } from '../rows/report-scope.ts';
import { numberIn, numbersIn } from '../rows/row-fields.ts';
import { isZero, upperEndMicroseconds } from '../statistics/latency-sketch.ts';
import type { LanesOf, LatencyDistributions } from './timeline.ts';

const parts = ['total', 'queue', 'compute'] as const;
type Part = (typeof parts)[number];
/** Which side of which kept rows tells of a lane. */
const lanes = [
  { lane: 'primary', side: 'p', isControl: false },
  { lane: 'shadow', side: 's', isControl: false },
  { lane: 'control', side: 's', isControl: true },
] as const;
type LaneName = (typeof lanes)[number]['lane'];

const mostCells = 96;
/** Buckets of the sketch in a cell, at least: 8% of a latency. */
const leastStep = 4;

/** How often each bucket of the sketch occurs. */
interface Counts {
  readonly part: Part;
  readonly lane: LaneName;
  readonly buckets: readonly number[];
  readonly counts: readonly number[];
}

/** Null where no latency is known. */
export async function queryLatencyDistributions(
  query: Query,
  scope: ReportScope,
): Promise<LatencyDistributions | null> {
  const kept = `(${keptRowsOf({ ...scope, roles: 'both' })})`;
  const series = parts.flatMap((part) => lanes.map((lane) => ({ part, ...lane })));
  const counted = series.map(
    ({ part, side, isControl }, index) =>
      `SELECT ${index} AS series, ${side}_${part} AS bucket, count(*) AS n
       FROM ${kept} WHERE is_control = ${isControl} AND ${side}_${part} IS NOT NULL GROUP BY bucket`,
  );
  const rows = await query(
    `SELECT series, list(bucket ORDER BY bucket) AS buckets, list(n ORDER BY bucket) AS counts
     FROM (${counted.join(' UNION ALL ')}) GROUP BY series`,
  );
  return distributionsOf(
    rows.map((row) => {
      const { part, lane } = series[numberIn(row, 'series')]!;
      return { part, lane, buckets: numbersIn(row, 'buckets'), counts: numbersIn(row, 'counts') };
    }),
  );
}

function distributionsOf(all: readonly Counts[]): LatencyDistributions | null {
  const timed = all.flatMap(({ buckets }) => buckets.filter((bucket) => !isZero(bucket)));
  if (all.length === 0) return null;
  const least = timed.reduce((a, b) => Math.min(a, b), timed[0] ?? 0);
  const most = timed.reduce((a, b) => Math.max(a, b), least);
  let step = leastStep;
  // A bucket holds what is above the end of the one before, up to its own end.
  const cellOf = (bucket: number): number => Math.floor((bucket - 1) / step);
  while (cellOf(most) - cellOf(least) >= mostCells) step *= 2;
  const first = cellOf(least);
  const cells = cellOf(most) - first + 1;
  const countsOf = (part: Part, lane: LaneName): number[] | null => {
    const found = all.find((one) => one.part === part && one.lane === lane);
    if (found === undefined) return null;
    const counts = Array.from({ length: cells }, () => 0);
    found.buckets.forEach((bucket, index) => {
      const cell = isZero(bucket) ? 0 : cellOf(bucket) - first;
      counts[cell] = (counts[cell] ?? 0) + (found.counts[index] ?? 0);
    });
    return counts;
  };
  const lanesOf = (part: Part): LanesOf<readonly number[]> => ({
    primary: countsOf(part, 'primary'),
    shadow: countsOf(part, 'shadow'),
    control: countsOf(part, 'control'),
  });
  return {
    edges_ms: Array.from(
      { length: cells + 1 },
      (_, index) => upperEndMicroseconds((first + index) * step) / 1000,
    ),
    total: lanesOf('total'),
    queue: lanesOf('queue'),
    compute: lanesOf('compute'),
  };
}
