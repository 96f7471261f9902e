import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import packageJson from '../package.json' with { type: 'json' };
import { startAnalyst } from './analysis/analyst.ts';
import { Deployments } from './deployment/deployments.ts';
import { ReportSource } from './deployment/report-source.ts';
import type { EvidenceSource } from './http/evidence-routes.ts';
import { createHttpServer } from './http/http-server.ts';
import { openComparisonLog } from './log/open-comparison-log.ts';
import type { Logger } from './logger.ts';
import { createMetrics } from './metrics/metrics.ts';
import { updateGauges } from './metrics/update-gauges.ts';
import { RoleStore } from './repository/role-store.ts';
import { scanRepository } from './repository/scan.ts';
import { ProcessUsageSampler } from './resources/process-usage.ts';

export interface ServerOptions {
  /** The model repository. */
  readonly models: string;
  /** Log, lake and roles. */
  readonly data: string;
  readonly host: string;
  /** 0 is a free one. */
  readonly httpPort: number;
  readonly bodyLimitBytes: number;
  readonly logger: Logger;
}

export interface RunningServer extends AsyncDisposable {
  /** `http://host:port` */
  readonly url: string;
  /** Resolves when every model has been loaded or refused. */
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

const flushIntervalMs = 1000;

/**
 * The composition root: builds the parts and joins them; decides nothing.
 *
 * @throws with a sentence when the server cannot start; what was opened by then is closed again
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { logger } = options;
  // Closed in the reverse of the order in which things are opened, also when opening the next one fails.
  await using opened = new AsyncDisposableStack();
  const scan = await scanRepository(options.models);
  for (const remark of scan.remarks) logger.warn({}, remark);
  await mkdir(options.data, { recursive: true });
  const instance = `${Date.now().toString(36)}-${randomBytes(3).toString('hex')}`;
  const metrics = createMetrics();
  const log = await openComparisonLog({ directory: options.data, instance, logger });
  opened.defer(() => log.close());
  const analyst = startAnalyst(log.openQueryPort(), logger);
  opened.defer(() => analyst.close());
  const usage = opened.use(
    new ProcessUsageSampler(
      flushIntervalMs,
      ({ cpuPercent, memoryBytes }) => {
        metrics.processCpuPercent.set(cpuPercent);
        metrics.processMemoryBytes.set(memoryBytes);
      },
      (error) => logger.warn({ err: error }, 'CPU and memory of the process could not be read'),
    ),
  );
  const roles = await RoleStore.open(join(options.data, 'roles.json'));
  const deployments = await Deployments.create(scan.models, roles, { log, metrics, logger, instance });
  let leftBehind = 0;
  opened.defer(async () => {
    leftBehind = await deployments.close();
  });
  const flushTimer = setInterval(() => deployments.flush(), flushIntervalMs).unref();
  opened.defer(() => clearInterval(flushTimer));

  const reports = new ReportSource(log, analyst, usage, logger);
  const evidence: EvidenceSource = {
    putLabels: (model, body) => log.putLabelsJson(deployments.known(model).name, body),
    report: (model, query) => reports.report(deployments.deployed(model), query),
    comparisons: (model, query) => reports.comparisons(deployments.deployed(model), query),
  };
  const state = { isReady: false };
  const app = createHttpServer({
    table: deployments,
    evidence,
    metrics: {
      contentType: metrics.registry.contentType,
      read: async () => {
        updateGauges(metrics, deployments.all(), await log.statistics());
        return metrics.registry.metrics();
      },
    },
    identity: { name: packageJson.name, version: packageJson.version },
    state,
    logger,
    bodyLimitBytes: options.bodyLimitBytes,
  });
  await listen(app, options);
  opened.defer(() => app.close());
  const loaded = deployments.start().then(() => {
    state.isReady = true;
  });

  const parts = opened.move();
  const close = once(async () => {
    state.isReady = false;
    await loaded;
    await parts.disposeAsync();
    return leftBehind;
  });
  return {
    url: urlOf(app.server.address() as AddressInfo),
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

async function listen(app: FastifyInstance, { host, httpPort }: ServerOptions): Promise<void> {
  try {
    await app.listen({ host, port: httpPort });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : null;
    if (code === 'EADDRINUSE') {
      throw new Error(
        `port ${httpPort} of ${host} is in use; say another with --http-port, 0 takes a free one`,
        { cause },
      );
    }
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new Error(`${host} is no address of this machine; say another with --host`, { cause });
    }
    throw cause;
  }
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

function once<Result>(action: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | null = null;
  return () => {
    result ??= action();
    return result;
  };
}
