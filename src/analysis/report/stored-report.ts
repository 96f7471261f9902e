import type { DeploymentConfig } from '../../config/deployment.ts';
import type { LogReader } from '../../log/comparison-log.ts';
import { choosePair, loggedPairs, type PairChoice } from '../rows/logged-pair.ts';
import { segmentColumnsOf } from '../rows/report-scope.ts';
import { buildReport } from './build-report.ts';
import type { Report } from './report.ts';
import { declaredColumns, maxListedSegments, readinessTargets } from './settings.ts';
import { storedResources } from './stored-resources.ts';

export interface StoredReportOptions {
  readonly pair: PairChoice;
  /** What the deployment declares and asks for; the log does not know it. */
  readonly segments: DeploymentConfig['segments'];
  readonly readiness: DeploymentConfig['readiness'];
  /** Event time, milliseconds since the epoch: from (included) to (excluded); null for no limit. */
  readonly window: { readonly fromMs: number | null; readonly toMs: number | null };
  readonly nowMs: number;
}

/**
 * The report as a server would give it, from the log alone. What only a running server knows is empty: lanes and
 * interference.
 *
 * @throws as `choosePair` does, and where a query fails
 */
export async function storedReport(log: LogReader, options: StoredReportOptions): Promise<Report> {
  const { query } = log;
  const { model, primaryVersion, shadowVersion, task } = choosePair(await loggedPairs(query), options.pair);
  const segmentColumns = [...(await segmentColumnsOf(query, 'comparisons'))];
  return buildReport(log, {
    ...{ model, primaryVersion, shadowVersion, task, segmentColumns },
    declaredColumns: declaredColumns(options.segments, segmentColumns),
    readiness: readinessTargets(options.readiness),
    window: options.window,
    nowMs: options.nowMs,
    resources: await storedResources(query, model, primaryVersion, shadowVersion),
    declaresSegments: Object.keys(options.segments).length > 0,
    refusedSegments: [],
    sampling: null,
    interference: null,
    lanes: [],
    maxSegments: maxListedSegments,
  });
}
