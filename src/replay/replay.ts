import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { startAnalyst } from '../analysis/analyst.ts';
import type { Report } from '../analysis/report/report.ts';
import { Deployment } from '../deployment/deployment.ts';
import { laneReadings } from '../deployment/lane-readings.ts';
import { ReportSource } from '../deployment/report-source.ts';
import type { RunningLane } from '../deployment/running-lane.ts';
import { DeviceArbiters } from '../inference/device-arbiter/arbiters.ts';
import type { ComparisonLog } from '../log/comparison-log.ts';
import { openComparisonLog } from '../log/open-comparison-log.ts';
import type { Logger } from '../logger.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { ResourceMonitor } from '../resources/resource-monitor.ts';
import { ThreadNames } from '../threads/thread-names.ts';
import type { ThreadPlacement } from '../threads/thread-placement.ts';
import { ThreadPlan } from '../threads/thread-plan.ts';
import type { PlayedLanes } from './player.ts';
import type { ReplayChoice } from './replay-choice.ts';

export interface ReplayOptions {
  readonly choice: ReplayChoice;
  /** Where the log is kept. */
  readonly data: string;
  readonly logger: Logger;
}

/** The parts of a server around one deployment, without a listener. */
export interface Replay extends AsyncDisposable {
  readonly primary: RunningLane;
  readonly lanes: PlayedLanes;
  readonly log: ComparisonLog;
  /** Resolves when the log holds few rows that are not durable yet. */
  logCaughtUp(): Promise<void>;
  /** Waits until all that was answered is compared and durable. */
  settle(): Promise<void>;
  report(): Promise<Report>;
}

/** No run takes longer than the deadline of the shadow's lane, and no queue is longer than what is under way. */
const settleMs = 60 * 60_000;
const mostBufferedRows = 100_000;

/**
 * Loads both versions and joins the parts of a server around them. All threads run at normal priority: there is nobody
 * whom they could disturb.
 *
 * @throws with a sentence where a version cannot be loaded, or the log not be opened
 */
export async function startReplay({ choice, data, logger }: ReplayOptions): Promise<Replay> {
  const { found, primary, shadow, config } = choice;
  await using opened = new AsyncDisposableStack();
  await mkdir(data, { recursive: true });
  const instance = `replay-${Date.now().toString(36)}-${randomBytes(3).toString('hex')}`;
  const metrics = createMetrics();
  const threads = new ThreadPlan({ shadowYielding: 'never', cpuSets: {} }, new ThreadNames());
  const atNormalPriority = (placement: ThreadPlacement): ThreadPlacement => ({
    ...placement,
    yielding: 'never',
  });
  const onPlaced = ({ refusals }: { readonly refusals: readonly string[] }): void => {
    for (const refusal of refusals) logger.warn({}, refusal);
  };
  const log = await openComparisonLog({
    ...{ directory: data, instance, logger, onPlaced },
    placement: atNormalPriority(threads.log()),
  });
  opened.defer(() => log.close());
  const analyst = startAnalyst(log.openQueryPort(), logger, {
    ...{ placement: atNormalPriority(threads.analysis()), onPlaced },
  });
  opened.defer(() => analyst.close());
  const files = new Map(found.versions.map(({ version, path }) => [version, { path, print: '' }]));
  const deployment = new Deployment(
    found.name,
    { config, unsupported: [], roles: { primary, shadows: config.shadows ?? [] }, files },
    { log, metrics, logger, threads, onPlaced, instance, arbiters: new DeviceArbiters() },
  );
  opened.defer(async () => void (await deployment.close()));
  const flushTimer = setInterval(() => deployment.flush(), 1000).unref();
  opened.defer(() => clearInterval(flushTimer));
  const resources = new ResourceMonitor({
    placement: threads.resources(),
    logPort: log.openResourcePort(),
    readings: async () => laneReadings([deployment]),
    ...{ logger, onPlaced },
  });
  opened.defer(() => resources.close());
  await deployment.startPrimary();
  await deployment.startShadows();
  const running = (version: string): RunningLane => {
    const lane = deployment.running.find((one) => one.version === version);
    if (lane) return lane;
    const state = deployment.versions.find((one) => one.version === version)?.state;
    const why = state?.kind === 'refused' ? state.reason : 'it was not loaded';
    throw new Error(`version ${version} of model ${found.name} cannot be played to: ${why}`);
  };
  const [primaryLane, shadowLane] = [running(primary), running(shadow)];
  await resources.upToNow();
  const reports = new ReportSource(log, analyst, resources, logger);
  const parts = opened.move();
  return {
    primary: primaryLane,
    lanes: {
      primary: primaryLane.lane,
      shadow: shadowLane.lane,
      shadowStatus: () => shadowLane.guard?.status ?? { state: 'running', sinceMs: 0, reason: null },
    },
    log,
    async logCaughtUp() {
      if ((await log.statistics()).bufferedRows > mostBufferedRows) await log.flush();
    },
    async settle() {
      await deployment.settle(settleMs);
      deployment.flush();
      await log.flush();
    },
    async report() {
      const json = await reports.report(deployment, { shadow, fromMs: null, toMs: null }, 'json');
      return JSON.parse(Buffer.from(json).toString()) as Report;
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}
