import type { Query, Row } from '../../log/comparison-log.ts';
import { keptRowsOf } from '../rows/kept-rows.ts';
import type { ReportScope } from '../rows/report-scope.ts';
import { numberIn } from '../rows/row-fields.ts';
import { has, type RowFlag } from '../rows/row-flags.ts';
import { bucketOf, type TimeGrid } from './time-grid.ts';

/** What is counted of a bucket's rows: those that count, and those of them with each of these properties. */
const counted = {
  rows: null,
  with_outcome: 'with_outcome',
  agreed: 'agreed',
  p_failed: 'p_failed',
  s_failed: 's_failed',
  labelled: 'labelled',
  p_right: 'p_right',
  s_right: 's_right',
} as const satisfies Readonly<Record<string, RowFlag | null>>;
type Counted = keyof typeof counted;
const names = Object.keys(counted) as readonly Counted[];

/** Sums over rows: their number, and Σ w and Σ w² of their weights. */
export interface BucketSums {
  readonly n: Readonly<Record<Counted, number>>;
  readonly weight: Readonly<Record<Counted, number>>;
  readonly squared: Readonly<Record<Counted, number>>;
}

const nothing: Readonly<Record<Counted, number>> = {
  ...{ rows: 0, with_outcome: 0, agreed: 0, p_failed: 0, s_failed: 0, labelled: 0, p_right: 0, s_right: 0 },
};
export const noSums: BucketSums = { n: nothing, weight: nothing, squared: nothing };

export function addSums(a: BucketSums, b: BucketSums): BucketSums {
  const added = (of: keyof BucketSums) => recordOf((name) => a[of][name] + b[of][name]);
  return { n: added('n'), weight: added('weight'), squared: added('squared') };
}

/**
 * Of the kept rows of the shadow, by bucket. Rows weigh 1/π where they were not sampled alike, else 1.
 *
 * They are summed by their flags first, as `row-flags.ts` tells why.
 */
export async function queryBucketSums(
  query: Query,
  scope: ReportScope,
  grid: TimeGrid,
  samplingVaries: boolean,
): Promise<ReadonlyMap<number, BucketSums>> {
  const weight = samplingVaries ? '1 / pi' : '1.0::DOUBLE';
  const sums = names.flatMap((name) => {
    const flag = counted[name];
    const where = flag === null ? '' : ` FILTER (${has(flag)})`;
    return ['n', 'w', 'ww'].map((of) => `coalesce(sum(${of})${where}, 0) AS ${name}_${of}`);
  });
  const rows = await query(
    `WITH flagged AS (
       SELECT ${bucketOf(grid, 'minute')} AS bucket, flags, count(*) AS n, sum(${weight}) AS w, sum((${weight}) * (${weight})) AS ww
       FROM (${keptRowsOf({ ...scope, roles: 'shadow' })}) GROUP BY bucket, flags
     )
     SELECT bucket, ${sums.join(', ')} FROM flagged GROUP BY bucket`,
  );
  return new Map(rows.map((row) => [numberIn(row, 'bucket'), sumsIn(row)]));
}

function sumsIn(row: Row): BucketSums {
  const of = (sum: string) => recordOf((name) => numberIn(row, `${name}_${sum}`));
  return { n: of('n'), weight: of('w'), squared: of('ww') };
}

function recordOf(numberOf: (name: Counted) => number): Record<Counted, number> {
  const result = { ...nothing };
  for (const name of names) result[name] = numberOf(name);
  return result;
}
