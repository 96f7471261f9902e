import type { Analyst } from '../analysis/analyst.ts';
import type { LaneReport } from '../analysis/report/report.ts';
import type { ReportRequest } from '../analysis/report/request.ts';
import { declaredColumns, maxListedSegments, readinessTargets } from '../analysis/report/settings.ts';
import { UnderstudyError } from '../errors.ts';
import { providerMismatch } from '../inference/execution-provider/mismatch.ts';
import type { ComparisonLog, Row } from '../log/comparison-log.ts';
import type { Logger } from '../logger.ts';
import type { DocumentFormat } from '../presentation/document-format.ts';
import type { ResourceMonitor } from '../resources/resource-monitor.ts';
import type { Deployment } from './deployment.ts';
import { interferenceOf } from './interference-report.ts';
import { measuredResources } from './measured-resources.ts';
import { taskOf } from './observers.ts';
import type { RunningLane } from './running-lane.ts';
import { samplingReport } from './sampling-report.ts';

export interface ReportQuery {
  /** Version to compare with the primary; null for the deployment's first shadow. */
  readonly shadow: string | null;
  readonly fromMs: number | null;
  readonly toMs: number | null;
}

export interface ComparisonsQuery {
  readonly shadow: string | null;
  readonly limit: number;
  /** True for rows on which the versions disagree, false for those on which they agree, null for all. */
  readonly disagree: boolean | null;
}

/** Asks the log and the analysis thread about a deployment. */
export class ReportSource {
  readonly #log: ComparisonLog;
  readonly #analyst: Analyst;
  readonly #resources: ResourceMonitor;
  readonly #logger: Logger;

  constructor(log: ComparisonLog, analyst: Analyst, resources: ResourceMonitor, logger: Logger) {
    this.#logger = logger;
    this.#log = log;
    this.#analyst = analyst;
    this.#resources = resources;
  }

  /** The report as a document. */
  async report(deployment: Deployment, query: ReportQuery, format: DocumentFormat): Promise<Uint8Array> {
    return this.#analyst.report(await this.#requestOf(deployment, query), format);
  }

  /** How the versions fared over time, as JSON. */
  async timeline(deployment: Deployment, query: ReportQuery): Promise<Uint8Array> {
    return this.#analyst.timeline(await this.#requestOf(deployment, query));
  }

  /** Both as events of a stream, `report` with this id and `timeline` with the next. */
  async live(deployment: Deployment, query: ReportQuery, id: number): Promise<Uint8Array> {
    return this.#analyst.live(await this.#requestOf(deployment, query), id);
  }

  /** The disagreements whose labels would tell most, as JSON. */
  async labelNext(
    deployment: Deployment,
    { shadow, limit }: { readonly shadow: string | null; readonly limit: number },
  ): Promise<Uint8Array> {
    const request = await this.#requestOf(deployment, { shadow, fromMs: null, toMs: null });
    return this.#analyst.labelNext(request, limit);
  }

  async #requestOf(deployment: Deployment, query: ReportQuery): Promise<ReportRequest> {
    // Before anything is waited for: roles may change meanwhile.
    const { primaryVersion } = deployment;
    const shadowVersion = shadowOf(deployment, query.shadow);
    await this.#bringUpToDate(deployment);
    const segmentColumns = await this.#segmentColumns();
    const sample = await this.#resources.upToNow();
    const reading = deployment.primary?.group.loaded.reading;
    return {
      model: deployment.name,
      primaryVersion,
      shadowVersion,
      task: reading ? taskOf(reading) : 'classification',
      ...(reading?.kind === 'ranking' ? { k: reading.k } : {}),
      segmentColumns,
      declaredColumns: declaredColumns(deployment.config.segments, segmentColumns),
      declaresSegments: Object.keys(deployment.config.segments).length > 0,
      refusedSegments: deployment.sampling?.refused ?? [],
      readiness: readinessTargets(deployment.config.readiness),
      window: { fromMs: query.fromMs, toMs: query.toMs },
      nowMs: Date.now(),
      resources: measuredResources(sample, deployment.name, primaryVersion, shadowVersion),
      interference: interferenceOf(deployment),
      sampling: samplingReport(deployment, shadowVersion),
      lanes: deployment.running.map((lane) => laneReport(lane, deployment.primary)),
      maxSegments: maxListedSegments,
    };
  }

  /** Compared rows, newest first. */
  async comparisons(deployment: Deployment, query: ComparisonsQuery): Promise<Row[]> {
    const { primaryVersion } = deployment;
    const shadow = shadowOf(deployment, query.shadow);
    await this.#bringUpToDate(deployment);
    const agree = query.disagree === null ? '' : `AND agree = ${query.disagree ? 'false' : 'true'}`;
    return this.#log.query(
      `SELECT * FROM comparisons
       WHERE model = $model AND primary_version = $primary AND shadow_version = $shadow AND role = 'shadow' ${agree}
       ORDER BY ts DESC, event_id DESC LIMIT ${query.limit}`,
      {
        model: deployment.name,
        primary: primaryVersion,
        shadow,
      },
    );
  }

  /** What was counted and compared until now is in the answer, not only what the last tick wrote. */
  async #bringUpToDate(deployment: Deployment): Promise<void> {
    deployment.flush();
    try {
      await this.#log.flush();
    } catch (error) {
      // A full disk: the log keeps its rows and says so itself; a report of what is written is better than none.
      this.#logger.warn(
        { model: deployment.name, err: error },
        'the report lacks what the log could not write yet',
      );
    }
  }

  async #segmentColumns(): Promise<string[]> {
    const rows = await this.#log.query(
      `SELECT column_name AS name FROM information_schema.columns
       WHERE table_name = 'comparisons' AND starts_with(column_name, 'seg_') ORDER BY ordinal_position`,
    );
    return rows.map((row) => String(row.name).slice('seg_'.length));
  }
}

function shadowOf(deployment: Deployment, asked: string | null): string {
  const shadows = deployment.shadowVersions;
  if (asked === null) {
    if (shadows.length > 0) return shadows[0]!;
    throw new UnderstudyError(
      'NO_SHADOW',
      `model ${deployment.name} has no shadow, so there is nothing to compare; put a second version beside version ${deployment.primaryVersion}`,
    );
  }
  if (shadows.includes(asked)) return asked;
  throw new UnderstudyError(
    'NO_SHADOW',
    `version ${asked.slice(0, 40)} is no shadow of model ${deployment.name}; ${shadows.length === 0 ? 'it has none' : `its shadows are ${shadows.join(', ')}`}`,
  );
}

function laneReport({ version, role, group, guard }: RunningLane, primary: RunningLane | null): LaneReport {
  const mismatch = primary && providerMismatch(primary.group.loaded, group.loaded);
  return {
    version,
    role,
    // A primary is never kept from its traffic.
    state: guard?.status.state ?? 'running',
    since: guard ? new Date(guard.status.sinceMs).toISOString() : null,
    reason: guard?.status.reason ?? null,
    execution_provider: group.loaded.provider,
    provider_remarks: [...group.loaded.providerRemarks, ...(mismatch === null ? [] : [mismatch])],
    restarts: group.restarts,
    files: group.loaded.files,
  };
}
