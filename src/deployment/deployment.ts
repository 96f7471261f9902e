import type { DeploymentConfig } from '../config/deployment.ts';
import { sentenceOf } from '../errors.ts';
import type { ObserverSource } from '../inference/instance-group.ts';
import type { Lane } from '../inference/lane.ts';
import type { Role, ServedModel, ServedVersion, VersionState } from '../inference/serving-table.ts';
import type { ComparisonLog } from '../log/comparison-log.ts';
import type { TrafficCount } from '../log/traffic-count.ts';
import type { Logger } from '../logger.ts';
import { countTraffic } from '../metrics/count-traffic.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Roles } from '../repository/roles.ts';
import type { FoundModel } from '../repository/scan.ts';
import { Mirror } from '../shadow/mirror.ts';
import { TrafficLedger } from '../shadow/traffic-ledger.ts';
import { primaryObserver, saltOf, shadowObserver } from './observers.ts';
import { type RunningLane, startLane } from './running-lane.ts';

/** The parts a deployment is put together from. */
export interface DeploymentParts {
  readonly log: ComparisonLog;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Distinguishes this start of this server from all others. */
  readonly instance: string;
}

/** A lane that is compared with the primary. */
type ComparedLane = RunningLane & { readonly role: 'shadow' | 'control' };

/** How long the run of a lane may take to end when the server closes. */
const closeGraceMs = 10_000;

/** What serves a model: one primary version, any number of shadow versions, the mirror between them. */
export class Deployment implements ServedModel {
  readonly name: string;
  readonly config: DeploymentConfig;
  readonly roles: Roles;
  readonly refusal = null;
  readonly #found: FoundModel;
  readonly #parts: DeploymentParts;
  readonly #states = new Map<string, VersionState>();
  #primary: RunningLane | null = null;
  #compared: ComparedLane[] = [];
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
    return this.#primary?.lane ?? null;
  }

  get primary(): RunningLane | null {
    return this.#primary;
  }

  get running(): readonly RunningLane[] {
    return this.#primary ? [this.#primary, ...this.#compared] : [];
  }

  /** Shadow versions by role, running or not. */
  get shadowVersions(): readonly string[] {
    return this.roles.shadows.map(({ version }) => version);
  }

  /** Loads the primary, then what is compared with it. A version that is refused leaves the others running. */
  async start(): Promise<void> {
    const { segments, control } = this.config;
    const mirrored = this.roles.shadows.length > 0 || control > 0;
    const primary = await this.#start(
      this.roles.primary,
      'primary',
      1,
      primaryObserver({ segments, mirrored }),
    );
    if (!primary) return;
    this.#primary = primary;
    for (const { version, sample } of this.roles.shadows)
      await this.#startCompared(version, 'shadow', sample);
    if (control > 0) await this.#startCompared(this.roles.primary, 'control', control);
    const mirror = this.#createMirror();
    this.#mirror = mirror;
    const count = primary.lane.onServed;
    primary.lane.onServed = (served) => {
      count?.(served);
      mirror.offer(served);
    };
  }

  /** Hands counts that have been gathered to the log; to be called about once a second. */
  flush(): void {
    this.#mirror?.flushLedgers();
  }

  /** Waits until every request taken so far is answered, mirrored and compared, but no longer than it may. */
  async settle(timeoutMs: number): Promise<void> {
    await this.#primary?.lane.drain(timeoutMs);
    await turnOfTheMirror();
    for (const { lane } of this.#compared) await lane.drain(timeoutMs);
  }

  /**
   * Answers what is queued, forgets what is only mirrored, and releases the workers.
   *
   * @returns how many lanes had to be left behind with a run that does not end: ending its worker would abort
   * the process
   */
  async close(): Promise<number> {
    await this.#primary?.lane.drain(closeGraceMs);
    await turnOfTheMirror();
    let leftBehind = 0;
    for (const { version, role, lane, group } of this.running) {
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
    this.flush();
    this.#primary = null;
    this.#compared = [];
    return leftBehind;
  }

  #roleOf(version: string): Role | null {
    if (version === this.roles.primary) return 'primary';
    return this.roles.shadows.some((shadow) => shadow.version === version) ? 'shadow' : null;
  }

  async #startCompared(version: string, role: 'shadow' | 'control', rate: number): Promise<void> {
    const { log, instance } = this.#parts;
    const observer = shadowObserver(this.name, version, role, this.#primary!, this.config, log, instance);
    const lane = await this.#start(version, role, rate, observer);
    if (lane) this.#compared.push({ ...lane, role });
  }

  async #start(
    version: string,
    role: Role,
    rate: number,
    observer: ObserverSource,
  ): Promise<RunningLane | null> {
    const { logger, metrics } = this.#parts;
    const { path } = this.#found.versions.find((file) => file.version === version)!;
    const [model, config] = [this.name, this.config];
    let state: VersionState;
    let lane: RunningLane | null = null;
    try {
      lane = await startLane({ model, version, role, rate, path, config, observer, logger, metrics });
      state = { kind: 'ready', loaded: lane.group.loaded };
    } catch (error) {
      logger.error({ model, version, role }, `cannot be served: ${sentenceOf(error)}`);
      state = { kind: 'refused', reason: sentenceOf(error) };
    }
    // The control runs the primary's version: that one's state is the primary's.
    if (role !== 'control') this.#states.set(version, state);
    return lane;
  }

  #createMirror(): Mirror {
    const { logger } = this.#parts;
    const lanes = this.#compared.map((compared) => ({
      ...compared,
      ledger: this.#ledger(compared.version, compared.role),
    }));
    // A shadow that cannot run still has its traffic counted: the report on it says how much it has missed.
    const refused = this.shadowVersions.filter(
      (version) => !lanes.some((lane) => lane.role === 'shadow' && lane.version === version),
    );
    const unshadowed = this.shadowVersions.length === 0 ? [''] : refused;
    return new Mirror({
      salt: saltOf(this.name),
      lanes,
      unshadowed: unshadowed.map((version) => this.#ledger(version, 'shadow')),
      onFailure: (error) =>
        logger.error({ model: this.name, err: error }, 'mirroring failed, the requests were served'),
    });
  }

  #ledger(shadowVersion: string, role: 'shadow' | 'control'): TrafficLedger {
    const { log, metrics } = this.#parts;
    const account = { model: this.name, primaryVersion: this.roles.primary, shadowVersion, role };
    return new TrafficLedger(account, (counts: readonly TrafficCount[]) => {
      countTraffic(metrics, counts);
      log.countTraffic(counts);
    });
  }
}

/** The mirror works in the turn after the replies. */
function turnOfTheMirror(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
