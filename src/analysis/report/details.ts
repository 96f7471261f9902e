import type { Query } from '../../log/comparison-log.ts';
import { calibrationBinsIn } from '../rows/calibration-sums.ts';
import { type Flips, flipsOf } from '../rows/flips.ts';
import type { ControlCounts, PairCounts } from '../rows/pair-counts.ts';
import type { PairSums } from '../rows/query-pair-counts.ts';
import type { ReportScope } from '../rows/report-scope.ts';
import { textIn } from '../rows/row-fields.ts';
import { type CellKey, keyIn, overallKey } from '../rows/segment-cell.ts';
import { queryTallies, type Tallies } from '../rows/tallies.ts';
import type { BlockParts } from './block.ts';
import { decileEnds } from './confidence.ts';
import { confidenceGrid } from './confidence-grid.ts';
import { latencySums } from './latency.ts';
import type { ReportRequest } from './request.ts';
import { resourcesReport } from './resources.ts';

export interface ReportDetails {
  readonly flips: Flips['flips'] | null;
  /** All rows of the control; null where there are none. */
  readonly control: ControlCounts | null;
  readonly of: (key: CellKey, counts: PairCounts) => Omit<BlockParts, 'counts' | 'judgement'>;
}

/** What the blocks show beyond the counts that decide. `sums` are those the counts were read from. */
export async function queryDetails(
  query: Query,
  scope: ReportScope,
  sums: PairSums,
  request: ReportRequest,
): Promise<ReportDetails> {
  const { shadow, control, labelPairs } = await queryTallies(query, scope, request.task);
  const flips = request.task === 'classification' ? flipsOf(labelPairs) : null;
  const calibrations = new Map(
    sums.calibration.map((row) => [`${textIn(row, 'side')}${keyIn(row, scope)}`, calibrationBinsIn(row)]),
  );
  const gridOf = (key: CellKey, side: 'p' | 's') =>
    confidenceGrid(shadow.get(key)?.of.get(`${side}_confidence`), calibrations.get(`${side}${key}`) ?? []);
  const confidenceEnds = decileEnds(gridOf(overallKey, 'p')?.sample ?? []);
  const latencyOf = (of: Tallies | undefined) => of && latencySums(of);
  return {
    flips: flips?.flips ?? null,
    control: control.get(overallKey) ?? null,
    of(key: CellKey, counts: PairCounts): Omit<BlockParts, 'counts' | 'judgement'> {
      const overall = key === overallKey;
      return {
        kappa: overall ? (flips?.kappa ?? null) : null,
        grids: { primary: gridOf(key, 'p'), shadow: gridOf(key, 's') },
        confidenceEnds,
        latency: { shadow: latencyOf(shadow.get(key)), control: latencyOf(control.get(key)) },
        resources: resourcesReport(counts, control.get(key) ?? null, overall ? request.resources : null),
      };
    },
  };
}
