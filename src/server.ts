import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import packageJson from '../package.json' with { type: 'json' };
import { startAnalyst } from './analysis/analyst.ts';
import { Deployments } from './deployment/deployments.ts';
import { laneReadings } from './deployment/lane-readings.ts';
import { ReportSource } from './deployment/report-source.ts';
import { RepositoryUpdates } from './deployment/repository-updates.ts';
import { RoleChanges } from './deployment/role-changes.ts';
import { AdminDoor, type AdminDoorOptions } from './doors/admin-door.ts';
import type { EvidenceSource } from './http/evidence-routes.ts';
import { defaultHttpLimits, type HttpLimits } from './http/http-limits.ts';
import { createHttpServer } from './http/http-server.ts';
import { DeviceArbiters } from './inference/device-arbiter/arbiters.ts';
import { liveHub } from './live/create-live-hub.ts';
import { LabelCount } from './live/label-count.ts';
import { openComparisonLog } from './log/open-comparison-log.ts';
import type { Logger } from './logger.ts';
import { createMetrics } from './metrics/metrics.ts';
import { setResources } from './metrics/set-resources.ts';
import { updateGauges } from './metrics/update-gauges.ts';
import { AuditLog } from './repository/audit-log.ts';
import { RoleHistory } from './repository/role-history.ts';
import { RoleStore } from './repository/role-store.ts';
import { RepositoryWatcher } from './repository/watcher.ts';
import { ResourceMonitor } from './resources/resource-monitor.ts';
import { readTlsFiles, type TlsFiles } from './serving/tls-files.ts';
import { PlacementLedger } from './threads/placement-ledger.ts';
import { ThreadNames } from './threads/thread-names.ts';
import type { PlacedThread } from './threads/thread-placement.ts';
import { ThreadPlan, type ThreadPlanOptions } from './threads/thread-plan.ts';
import { openTracing } from './tracing/open-tracing.ts';

export interface ServerOptions {
  /** The model repository. */
  readonly models: string;
  /** Log, lake and roles. */
  readonly data: string;
  readonly host: string;
  /** 0 is a free one. */
  readonly httpPort: number;
  /** 0 is a free one; no gRPC when null or left out. */
  readonly grpcPort?: number | null;
  readonly bodyLimitBytes: number;
  /** What is left out is as in `defaultHttpLimits`. */
  readonly limits?: Partial<HttpLimits>;
  /** Plain HTTP when left out. */
  readonly tls?: TlsFiles;
  /** Who may change the server; this machine itself when left out. */
  readonly admin?: AdminDoorOptions;
  /** How often the repository is looked at; null for never, every two seconds when left out. */
  readonly watchIntervalMs?: number | null;
  readonly logger: Logger;
  /** Where traces are sent, OTLP over HTTP; as the standard variables of OpenTelemetry say when null or left out. */
  readonly otlpEndpoint?: string | null;
  /** How threads are placed; shadows run when idle, on all CPUs, when left out. */
  readonly threads?: ThreadPlanOptions;
  /** Folder of the built dashboard; the package's own when left out. */
  readonly dashboard?: string;
  /** What opens the comparison log; a bench puts another in its place. */
  readonly openLog?: typeof openComparisonLog;
}

export interface RunningServer extends AsyncDisposable {
  /** `http://host:port`, or `https://host:port` */
  readonly url: string;
  /** `host:port`, as gRPC clients want it; null where there is none. */
  readonly grpcAddress: string | null;
  /** Resolves when every primary has been loaded or refused: from then on requests are answered. */
  readonly ready: Promise<void>;
  /** Resolves when every shadow has been, too. */
  readonly loaded: Promise<void>;
  /** Waits until what was answered is compared too, but no longer than it may. */
  settle(timeoutMs: number): Promise<void>;
  /** Makes everything compared and counted so far durable and visible to reports. */
  flush(): Promise<void>;
  /**
   * Answers what is in flight, flushes the log, and lets everything go.
   *
   * @returns how many lanes were left behind with a run that does not end; `process.exit` would abort then
   */
  close(): Promise<number>;
}

const builtDashboard = fileURLToPath(new URL('../dashboard/dist', import.meta.url));
const flushIntervalMs = 1000;
const defaultWatchIntervalMs = 2000;
const defaultThreads: ThreadPlanOptions = { shadowYielding: 'idle', cpuSets: {} };

/**
 * The composition root: builds the parts and joins them; decides nothing.
 *
 * @throws with a sentence when the server cannot start; what was opened by then is closed again
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { logger } = options;
  // Closed in the reverse of the order in which things are opened, also when opening the next one fails.
  await using opened = new AsyncDisposableStack();
  const tls = options.tls ? await readTlsFiles(options.tls) : null;
  await mkdir(options.data, { recursive: true });
  const instance = `${Date.now().toString(36)}-${randomBytes(3).toString('hex')}`;
  const metrics = createMetrics();
  const identity = { name: packageJson.name, version: packageJson.version };
  const tracing = await openTracing({
    ...{ endpoint: options.otlpEndpoint ?? null, environment: process.env, identity, logger },
  });
  // The last to be closed: shadows are traced until they have drained.
  if (tracing) opened.defer(() => tracing.close());
  const threads = new ThreadPlan(options.threads ?? defaultThreads, new ThreadNames());
  const placements = new PlacementLedger(({ role, sentence }) =>
    logger.warn({ role }, `not every thread runs as it should: ${sentence}`),
  );
  const onPlaced = (placed: PlacedThread): void => placements.note(placed);
  const log = await (options.openLog ?? openComparisonLog)({
    ...{ directory: options.data, instance, logger },
    ...{ placement: threads.log(), onPlaced },
  });
  opened.defer(() => log.close());
  const analyst = startAnalyst(log.openQueryPort(), logger, { placement: threads.analysis(), onPlaced });
  opened.defer(() => analyst.close());
  const history = await RoleHistory.open({
    store: await RoleStore.open(join(options.data, 'roles.json')),
    audit: new AuditLog(options.data),
    now: Date.now,
    onFailure: (error) =>
      logger.error({ err: error }, 'a change of roles could not be written to the audit log yet'),
  });
  const deployments = new Deployments();
  const updates = new RepositoryUpdates({
    ...{ directory: options.models, deployments, history },
    parts: { log, metrics, logger, instance, threads, onPlaced, arbiters: new DeviceArbiters() },
  });
  const found = await updates.begin();
  let leftBehind = 0;
  opened.defer(async () => {
    leftBehind = await deployments.close();
  });
  const { watchIntervalMs = defaultWatchIntervalMs } = options;
  if (watchIntervalMs !== null) {
    const onChange = (models: readonly string[]): void => void updates.follow(models);
    const watcher = new RepositoryWatcher(found, {
      ...{ directory: options.models, intervalMs: watchIntervalMs, onChange, logger },
    });
    opened.defer(() => watcher[Symbol.asyncDispose]());
  }
  const flushTimer = setInterval(() => deployments.flush(), flushIntervalMs).unref();
  opened.defer(() => clearInterval(flushTimer));
  const resources = new ResourceMonitor({
    placement: threads.resources(),
    logPort: log.openResourcePort(),
    readings: async () => laneReadings(deployments.all()),
    ...{ logger, onPlaced },
  });
  opened.defer(() => resources.close());

  const reports = new ReportSource(log, analyst, resources, logger);
  const labels = new LabelCount();
  const evidence: EvidenceSource = {
    putLabels: async (model, body) => {
      const { name } = deployments.known(model);
      return labels.add(name, await log.putLabelsJson(name, body));
    },
    report: (model, query, format) => reports.report(deployments.deployed(model), query, format),
    timeline: (model, query) => reports.timeline(deployments.deployed(model), query),
    labelNext: (model, query) => reports.labelNext(deployments.deployed(model), query),
    comparisons: (model, query) => reports.comparisons(deployments.deployed(model), query),
  };
  const roles = new RoleChanges((model) => deployments.deployed(model), history, logger);
  const live = liveHub({ deployments, roles, reports, labels, identity, metrics });
  const state = { isReady: false };
  const { bodyLimitBytes } = options;
  const adminDoor = new AdminDoor(options.admin ?? { token: null, always: false });
  const app = createHttpServer({
    table: deployments,
    evidence,
    live,
    repository: updates,
    roles,
    adminDoor,
    dashboard: options.dashboard ?? builtDashboard,
    metrics: {
      contentType: metrics.registry.contentType,
      read: async () => {
        const sample = await resources.upToNow();
        if (sample) setResources(metrics, sample);
        metrics.liveStreams.set(live.streams);
        updateGauges(metrics, deployments.all(), await log.statistics(), placements.counts());
        return metrics.registry.metrics();
      },
    },
    ...{ identity, state, logger, bodyLimitBytes, tracing },
    limits: { ...defaultHttpLimits, ...options.limits },
    refusedConnections: metrics.refusedConnections,
    tls,
  });
  await listening(app.listen({ host: options.host, port: options.httpPort }), options.host, {
    port: options.httpPort,
    option: '--http-port',
  });
  const doors: (() => Promise<unknown>)[] = [() => app.close()];
  // Both at once: neither is to take requests while the other waits for its last ones.
  opened.defer(async () => void (await Promise.all(doors.map((close) => close()))));
  let grpcAddress: string | null = null;
  if (options.grpcPort != null) {
    // Only then: its libraries take time to load.
    const { createGrpcServer } = await import('./grpc/grpc-server.ts');
    const grpc = createGrpcServer({
      ...{ table: deployments, repository: updates, adminDoor },
      ...{ identity, state, logger, bodyLimitBytes, tracing, tls },
    });
    const { host, grpcPort: port } = options;
    grpcAddress = addressOf(
      await listening(grpc.listen({ host, port }), host, { port, option: '--grpc-port' }),
    );
    doors.push(() => grpc.close());
  }
  // Shadows load when the primaries answer already: a slow one keeps nobody waiting.
  let isClosing = false;
  const ready = deployments.startPrimaries().then(() => {
    state.isReady = !isClosing;
  });
  const loaded = ready.then(() => deployments.startShadows());
  // A lane's costs count from when it is first seen, which should not be a second after it has loaded.
  for (const moment of [ready, loaded]) {
    void moment.then(() => (isClosing ? null : resources.upToNow()));
  }

  const parts = opened.move();
  const close = once(async () => {
    isClosing = true;
    state.isReady = false;
    // A promotion that is loading a model would keep its caller waiting, and so the listener from closing.
    updates.close();
    void deployments.beginClosing();
    await parts.disposeAsync();
    return leftBehind;
  });
  return {
    url: `${tls ? 'https' : 'http'}://${addressOf(app.server.address() as AddressInfo)}`,
    grpcAddress,
    ready,
    loaded,
    settle: (timeoutMs) => deployments.settle(timeoutMs),
    async flush() {
      deployments.flush();
      await log.flush();
    },
    close,
    async [Symbol.asyncDispose]() {
      await close();
    },
  };
}

/** What a listener comes to; why it could not listen is said in a sentence. */
async function listening<Result>(
  listener: Promise<Result>,
  host: string,
  { port, option }: { readonly port: number; readonly option: string },
): Promise<Result> {
  try {
    return await listener;
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : null;
    if (code === 'EADDRINUSE') {
      throw new Error(`port ${port} of ${host} is in use; say another with ${option}, 0 takes a free one`, {
        cause,
      });
    }
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new Error(`${host} is no address of this machine; say another with --host`, { cause });
    }
    throw cause;
  }
}

function addressOf({ address, family, port }: AddressInfo): string {
  return `${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

function once<Result>(action: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | null = null;
  return () => {
    result ??= action();
    return result;
  };
}
