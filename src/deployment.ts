import type { DeploymentConfig } from './config/deployment.ts';
import { sentenceOf } from './errors.ts';
import { InstanceGroup, type ObserverSource } from './inference/instance-group.ts';
import { Lane, type ServedRequests } from './inference/lane.ts';
import type { OutputReading } from './inference/output-reading.ts';
import type { Role, ServedModel, ServedVersion, VersionState } from './inference/serving-table.ts';
import type { ComparisonLog } from './log/comparison-log.ts';
import type { TrafficCount } from './log/traffic-count.ts';
import type { Logger } from './logger.ts';
import { countServed } from './metrics/count-served.ts';
import { countTraffic } from './metrics/count-traffic.ts';
import type { Metrics } from './metrics/metrics.ts';
import type { Roles } from './repository/roles.ts';
import type { FoundModel } from './repository/scan.ts';
import { Mirror } from './shadow/mirror.ts';
import type { ShadowLane } from './shadow/shadow-lane.ts';
import { TrafficLedger } from './shadow/traffic-ledger.ts';

/** The parts a deployment is put together from. */
export interface DeploymentParts {
  readonly log: ComparisonLog;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Distinguishes this start of this server from all others. */
  readonly instance: string;
}

/** One version running in one role. */
export interface RunningLane {
  readonly version: string;
  readonly role: Role;
  readonly rate: number;
  readonly group: InstanceGroup;
  readonly lane: Lane;
}

/** How long the run of a lane may take to end when the server closes. */
const closeGraceMs = 10_000;

/** Nice value of shadow and control workers: they take what the primary leaves. */
const shadowNice = 19;

/** What serves a model: one primary version, any number of shadow versions, the mirror between them. */
export class Deployment implements ServedModel {
  readonly name: string;
  readonly config: DeploymentConfig;
  readonly roles: Roles;
  readonly refusal = null;
  readonly #found: FoundModel;
  readonly #parts: DeploymentParts;
  readonly #states = new Map<string, VersionState>();
  #running: RunningLane[] = [];
  #mirror: Mirror | null = null;

  constructor(found: FoundModel, config: DeploymentConfig, roles: Roles, parts: DeploymentParts) {
    this.name = found.name;
    this.config = config;
    this.roles = roles;
    this.#found = found;
    this.#parts = parts;
    for (const { version } of found.versions) {
      this.#states.set(version, { kind: this.#roleOf(version) === null ? 'unused' : 'loading' });
    }
  }

  get primaryVersion(): string {
    return this.roles.primary;
  }

  get versions(): readonly ServedVersion[] {
    return this.#found.versions.map(({ version }) => ({
      version,
      role: this.#roleOf(version),
      state: this.#states.get(version) ?? { kind: 'unused' },
    }));
  }

  get lane(): Lane | null {
    return this.primary?.lane ?? null;
  }

  get primary(): RunningLane | null {
    return this.#running.find((running) => running.role === 'primary') ?? null;
  }

  get running(): readonly RunningLane[] {
    return this.#running;
  }

  /** Shadow versions by role, running or not. */
  get shadowVersions(): readonly string[] {
    return this.roles.shadows.map(({ version }) => version);
  }

  /** Loads the primary, then what is compared with it. A version that is refused leaves the others running. */
  async start(): Promise<void> {
    const mirrored = this.roles.shadows.length > 0 || this.config.control > 0;
    const primary = await this.#startLane(this.roles.primary, 'primary', 1, {
      module: { url: observerUrl('primary-observer'), options: { segments: this.config.segments, mirrored } },
      transfer: [],
    });
    if (!primary) return;
    const compared: RunningLane[] = [];
    for (const { version, sample } of this.roles.shadows) {
      const shadow = await this.#startLane(version, 'shadow', sample, null, primary);
      if (shadow) compared.push(shadow);
    }
    if (this.config.control > 0) {
      const control = await this.#startLane(
        this.roles.primary,
        'control',
        this.config.control,
        null,
        primary,
      );
      if (control) compared.push(control);
    }
    this.#mirror = this.#createMirror(compared);
    const mirror = this.#mirror;
    primary.lane.onServed = (served) => {
      this.#countServed(primary, served);
      mirror.offer(served);
    };
  }

  /** Hands counts that have been gathered to the log; to be called about once a second. */
  flush(): void {
    this.#mirror?.flushLedgers();
  }

  /** Waits until every request taken so far is answered, mirrored and compared, but no longer than it may. */
  async settle(timeoutMs: number): Promise<void> {
    await this.primary?.lane.drain(timeoutMs);
    await turnOfTheMirror();
    for (const { lane } of this.#running) await lane.drain(timeoutMs);
  }

  /**
   * Answers what is queued, forgets what is only mirrored, and releases the workers.
   *
   * @returns how many lanes had to be left behind with a run that does not end: ending its worker would abort
   * the process
   */
  async close(): Promise<number> {
    await this.primary?.lane.drain(closeGraceMs);
    await turnOfTheMirror();
    this.flush();
    let leftBehind = 0;
    for (const { version, role, lane, group } of this.#running) {
      if (role !== 'primary') lane.discardQueue();
      if (await lane.drain(closeGraceMs)) await group.close();
      else {
        leftBehind++;
        this.#parts.logger.warn(
          { model: this.name, version, role },
          'its worker still runs and is left behind',
        );
      }
    }
    this.#running = [];
    return leftBehind;
  }

  #roleOf(version: string): Role | null {
    if (version === this.roles.primary) return 'primary';
    return this.roles.shadows.some((shadow) => shadow.version === version) ? 'shadow' : null;
  }

  async #startLane(
    version: string,
    role: Role,
    rate: number,
    observer: ReturnType<ObserverSource> | null,
    primary?: RunningLane,
  ): Promise<RunningLane | null> {
    const { logger } = this.#parts;
    const where = { model: this.name, version, role };
    const { instance_group: placement, dynamic_batching: batching } = this.config;
    let group: InstanceGroup;
    try {
      group = await InstanceGroup.start({
        instance: {
          model: this.name,
          version,
          path: this.#found.versions.find((file) => file.version === version)!.path,
          placement: {
            executionProvider: placement.execution_provider,
            device: placement.device,
            threads: placement.threads,
          },
          maxBatchSize: batching.max_batch_size,
          config: this.config,
          nice: role === 'primary' ? 0 : shadowNice,
        },
        count: placement.count,
        observer: observer ? () => observer : () => this.#shadowObserver(version, role, primary!),
        onObserverFailure: (sentence) =>
          logger.error(where, `comparing failed, the requests were served: ${sentence}`),
      });
    } catch (error) {
      if (role !== 'control') this.#states.set(version, { kind: 'refused', reason: sentenceOf(error) });
      logger.error(where, `cannot be served: ${sentenceOf(error)}`);
      return null;
    }
    const { loaded } = group;
    if (role !== 'control') this.#states.set(version, { kind: 'ready', loaded });
    for (const remark of loaded.providerRemarks) logger.info(where, remark);
    for (const remark of loaded.remarks) logger.warn(where, remark);
    logger.info(
      {
        ...where,
        provider: loaded.provider,
        batching: loaded.batching,
        task: loaded.reading.kind,
        load_ms: Math.round(loaded.loadMilliseconds),
      },
      'loaded',
    );
    const lane = new Lane(group, {
      maxQueueSize: batching.max_queue_size,
      maxBatchSize: batching.max_batch_size,
      maxQueueDelayMicroseconds: role === 'primary' ? batching.max_queue_delay_microseconds : 0,
      onFailure: (error) => logger.error({ ...where, err: error }, 'the worker failed on a batch'),
    });
    const running = { version, role, rate, group, lane };
    lane.onServed = (served) => this.#countServed(running, served);
    this.#running.push(running);
    return running;
  }

  #shadowObserver(version: string, role: Role, primary: RunningLane): ReturnType<ObserverSource> {
    const log = this.#parts.log.openAppendPort();
    return {
      module: {
        url: observerUrl('shadow-observer'),
        options: {
          origin: {
            model: this.name,
            primaryVersion: primary.version,
            shadowVersion: version,
            role,
            primarySha256: primary.group.loaded.sha256,
            sampleSalt: this.name,
            task: taskOf(primary.group.loaded.reading),
          },
          tolerance: this.config.tolerance,
          capture: this.config.capture,
          instance: this.#parts.instance,
          log,
        },
      },
      transfer: [log],
    };
  }

  #createMirror(compared: readonly RunningLane[]): Mirror {
    const { logger, log, metrics } = this.#parts;
    const ledger = (shadowVersion: string, role: 'shadow' | 'control'): TrafficLedger =>
      new TrafficLedger(
        { model: this.name, primaryVersion: this.roles.primary, shadowVersion, role },
        (counts: readonly TrafficCount[]) => {
          countTraffic(metrics, counts);
          log.countTraffic(counts);
        },
      );
    const lanes = compared.map(
      ({ version, role, rate, lane }): ShadowLane => ({
        version,
        role: role === 'control' ? 'control' : 'shadow',
        rate,
        lane,
        ledger: ledger(version, role === 'control' ? 'control' : 'shadow'),
      }),
    );
    return new Mirror({
      // The model's name: the same on every replica, so that all of them choose the same entities.
      salt: this.name,
      lanes,
      unshadowed: lanes.some((lane) => lane.role === 'shadow') ? null : ledger('', 'shadow'),
      onFailure: (error) =>
        logger.error({ model: this.name, err: error }, 'mirroring failed, the requests were served'),
    });
  }

  #countServed(running: RunningLane, served: ServedRequests): void {
    countServed(
      this.#parts.metrics,
      { model: this.name, version: running.version, role: running.role },
      served,
    );
  }
}

/** The mirror works in the turn after the replies. */
function turnOfTheMirror(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function observerUrl(name: string): string {
  return new URL(`./comparison/${name}.ts`, import.meta.url).href;
}

/** Opaque outputs are logged as a classification without labels. */
export function taskOf(reading: OutputReading): 'classification' | 'regression' {
  return reading.kind === 'regression' ? 'regression' : 'classification';
}
