import type { Query } from '../log/comparison-log.ts';
import type { BlockParts } from './block.ts';
import { type ConfidenceGrids, queryConfidenceGrids } from './confidence-grid.ts';
import { decileEnds } from './confidence-report.ts';
import { type Flips, queryFlips } from './flips.ts';
import { queryLatency } from './latency.ts';
import { type PairCounts, pairCountsIn, queryPairCounts } from './pair-counts.ts';
import type { ReportRequest } from './report-request.ts';
import type { ReportScope } from './report-scope.ts';
import { resourcesReport } from './resources-report.ts';
import { type CellKey, groupingOf, keyIn, overallKey } from './segment-cell.ts';

export interface ReportDetails {
  readonly flips: Flips['flips'] | null;
  /** All rows of the control; null where there are none. */
  readonly control: PairCounts | null;
  readonly of: (key: CellKey, counts: PairCounts) => Omit<BlockParts, 'counts' | 'judgement'>;
}

/** What the blocks show beyond the counts that decide. */
export async function queryDetails(
  query: Query,
  scope: ReportScope,
  all: PairCounts,
  request: ReportRequest,
  maturedMs: number,
  hasControl: boolean,
): Promise<ReportDetails> {
  const control: ReportScope = { ...scope, roles: 'control' };
  const grouping = groupingOf(scope);
  const clause = `${grouping.groupBy} ${grouping.having}`;
  const hasConfidence = all.confidence.difference.n > 0;
  const noGrids: ConfidenceGrids = { primary: new Map(), shadow: new Map() };
  const [grids, latency, controlLatency, controlRows, flips] = await Promise.all([
    hasConfidence ? queryConfidenceGrids(query, scope, maturedMs) : noGrids,
    queryLatency(query, scope),
    hasControl ? queryLatency(query, control) : null,
    hasControl
      ? queryPairCounts(query, control, request.task, maturedMs, { fields: grouping.fields, clause })
      : [],
    request.task === 'classification' ? queryFlips(query, scope) : null,
  ]);
  const controlCounts = new Map(controlRows.map((row) => [keyIn(row, scope), pairCountsIn(row)]));
  const confidenceEnds = decileEnds(grids.primary.get(overallKey)?.sample ?? []);
  return {
    flips: flips?.flips ?? null,
    control: controlCounts.get(overallKey) ?? null,
    of(key: CellKey, counts: PairCounts): Omit<BlockParts, 'counts' | 'judgement'> {
      const overall = key === overallKey;
      return {
        kappa: overall ? (flips?.kappa ?? null) : null,
        grids: { primary: grids.primary.get(key), shadow: grids.shadow.get(key) },
        confidenceEnds,
        latency: { shadow: latency.get(key), control: controlLatency?.get(key) },
        resources: resourcesReport(
          counts,
          controlCounts.get(key) ?? null,
          overall ? request.resources : null,
        ),
      };
    },
  };
}
