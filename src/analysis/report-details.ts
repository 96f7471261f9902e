import type { Query } from '../log/comparison-log.ts';
import type { BlockParts } from './block.ts';
import { calibrationBinsIn } from './calibration-sums.ts';
import { confidenceGrid } from './confidence-grid.ts';
import { decileEnds } from './confidence-report.ts';
import { type Flips, queryFlips } from './flips.ts';
import { latencySums } from './latency.ts';
import { type PairCounts, type PairSums, pairCountsIn, queryPairCounts } from './pair-counts.ts';
import type { ReportRequest } from './report-request.ts';
import type { ReportScope } from './report-scope.ts';
import { resourcesReport } from './resources-report.ts';
import { textIn } from './row-fields.ts';
import { type CellKey, keyIn, overallKey } from './segment-cell.ts';
import { queryTallies, type Tallies } from './tallies.ts';

export interface ReportDetails {
  readonly flips: Flips['flips'] | null;
  /** All rows of the control; null where there are none. */
  readonly control: PairCounts | null;
  readonly of: (key: CellKey, counts: PairCounts) => Omit<BlockParts, 'counts' | 'judgement'>;
}

/** What the blocks show beyond the counts that decide. `sums` are those the counts were read from. */
export async function queryDetails(
  query: Query,
  scope: ReportScope,
  sums: PairSums,
  request: ReportRequest,
  hasControl: boolean,
): Promise<ReportDetails> {
  const control: ReportScope = { ...scope, roles: 'control' };
  const [tallies, controlTallies, controlSums, flips] = await Promise.all([
    queryTallies(query, scope),
    hasControl ? queryTallies(query, control) : null,
    // Nobody asks whether the control was right, so its labels need not be looked up.
    hasControl ? queryPairCounts(query, control, request.task, null, 'segments') : null,
    request.task === 'classification' ? queryFlips(query, scope) : null,
  ]);
  const controlCounts = new Map(
    (controlSums?.rows ?? []).map((row) => [keyIn(row, scope), pairCountsIn(row)]),
  );
  const calibrations = new Map(
    sums.calibration.map((row) => [`${textIn(row, 'side')}${keyIn(row, scope)}`, calibrationBinsIn(row)]),
  );
  const gridOf = (key: CellKey, side: 'p' | 's') =>
    confidenceGrid(tallies.get(key)?.of.get(`${side}_confidence`), calibrations.get(`${side}${key}`) ?? []);
  const confidenceEnds = decileEnds(gridOf(overallKey, 'p')?.sample ?? []);
  const latencyOf = (of: Tallies | undefined) => of && latencySums(of);
  return {
    flips: flips?.flips ?? null,
    control: controlCounts.get(overallKey) ?? null,
    of(key: CellKey, counts: PairCounts): Omit<BlockParts, 'counts' | 'judgement'> {
      const overall = key === overallKey;
      return {
        kappa: overall ? (flips?.kappa ?? null) : null,
        grids: { primary: gridOf(key, 'p'), shadow: gridOf(key, 's') },
        confidenceEnds,
        latency: { shadow: latencyOf(tallies.get(key)), control: latencyOf(controlTallies?.get(key)) },
        resources: resourcesReport(
          counts,
          controlCounts.get(key) ?? null,
          overall ? request.resources : null,
        ),
      };
    },
  };
}
