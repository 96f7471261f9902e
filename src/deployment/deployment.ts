import type { DeploymentConfig } from '../config/deployment.ts';
import type { SampleConfig } from '../config/sample.ts';
import { sentenceOf, UnderstudyError } from '../errors.ts';
import type { DeviceArbiters } from '../inference/device-arbiter/arbiters.ts';
import { providerMismatch } from '../inference/execution-provider/mismatch.ts';
import type { Lane } from '../inference/lane.ts';
import type { Role, ServedModel, ServedVersion, VersionState } from '../inference/serving-table.ts';
import type { ObserverSource } from '../inference/worker/model-worker-options.ts';
import type { ComparisonLog } from '../log/comparison-log.ts';
import type { Logger } from '../logger.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Roles } from '../repository/roles.ts';
import type { FoundModel } from '../repository/scan.ts';
import type { Governor } from '../shadow/governor.ts';
import type { PlacedThread } from '../threads/thread-placement.ts';
import type { ThreadPlan } from '../threads/thread-plan.ts';
import { Mirroring } from './mirroring.ts';
import {
  type ComparisonSetting,
  primaryObserver,
  shadowObserver,
  shadowObserverOptions,
} from './observers.ts';
import { readingMismatch } from './reading-mismatch.ts';
import { type RunningLane, startLane } from './running-lane.ts';
import type { SegmentSampling } from './segment-sampling.ts';
import { type ShadowConditions, shadowConditions } from './shadow-conditions.ts';

/** The parts a deployment is put together from. */
export interface DeploymentParts {
  readonly log: ComparisonLog;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly threads: ThreadPlan;
  readonly arbiters: DeviceArbiters;
  readonly onPlaced: (placed: PlacedThread) => void;
  /** Distinguishes this start of this server from all others. */
  readonly instance: string;
}

/** How long the run of a lane may take to end when the server closes. */
const closeGraceMs = 10_000;
/** How long what is still loading then may take to end. */
const loadGraceMs = 3_000;

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
  #compared: RunningLane[] = [];
  #mirroring: Mirroring | null = null;
  readonly #giveUpLoads = new AbortController();
  #isClosing = false;
  readonly #starting = new Set<Promise<unknown>>();
  /** Threads whose load was given up and has not ended, by lane. */
  readonly #loadsLeftBehind = new Map<Promise<void>, string>();

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
      state: this.#stateOf(version),
      statistics: this.#laneOf(version)?.lane.statistics ?? null,
    }));
  }

  get lane(): Lane | null {
    return this.#primary?.lane ?? null;
  }

  /** Watches what its shadows cost its primary; null where none does. */
  get governor(): Governor | null {
    return this.#mirroring?.governor ?? null;
  }

  /** What is known of segments, and how shadows sample them; null while the primary is loading, or where it is refused. */
  get sampling(): SegmentSampling | null {
    return this.#mirroring?.sampling ?? null;
  }

  /** Share of the present traffic that the lane is offered. */
  effectiveRateOf(lane: RunningLane): number {
    return this.#mirroring?.effectiveRateOf(lane) ?? 0;
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

  /** Loads the primary, which answers from then on. */
  startPrimary(): Promise<void> {
    return this.#tracked(this.#startPrimary());
  }

  /** Loads what is compared with the primary. A version that is refused leaves the others running. */
  startShadows(): Promise<void> {
    return this.#tracked(this.#startShadows());
  }

  /** Hands counts that have been gathered to the log; to be called about once a second. */
  flush(): void {
    this.#mirroring?.flush();
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
    this.#isClosing = true;
    await this.#settleLoads();
    await this.#primary?.lane.drain(closeGraceMs);
    await turnOfTheMirror();
    this.#mirroring?.[Symbol.dispose]();
    const closed = await Promise.all(
      this.running.map(async (running) => ((await this.#closeLane(running)) ? [] : [nameOf(running)])),
    );
    const leftBehind = new Set([...closed.flat(), ...this.#loadsLeftBehind.values()]);
    this.#mirroring?.finish();
    this.flush();
    for (const { role, version } of this.running) this.#parts.threads.release(role, this.name, version);
    this.#primary = null;
    this.#compared = [];
    return leftBehind.size;
  }

  /** Loads that do not end soon are given up. */
  async #settleLoads(): Promise<void> {
    const timer = setTimeout(() => this.#giveUpLoads.abort(), loadGraceMs);
    // What is begun is awaited; nothing more is begun.
    while (this.#starting.size > 0) await Promise.allSettled(this.#starting);
    clearTimeout(timer);
  }

  /** @returns false when it had to be left behind */
  async #closeLane({ version, role, lane, group, guard }: RunningLane): Promise<boolean> {
    guard?.[Symbol.dispose]();
    if (role !== 'primary') {
      lane.discardQueue(new UnderstudyError('SHUTTING_DOWN', 'the server is closing'));
    }
    const drained = await lane.drain(closeGraceMs);
    if (!drained) guard?.abandonRuns();
    if (drained || guard) await group.close();
    if ((drained || guard) && group.leftBehind === 0) return true;
    this.#parts.logger.warn({ model: this.name, version, role }, 'its worker still runs and is left behind');
    return false;
  }

  #roleOf(version: string): Role | null {
    if (version === this.roles.primary) return 'primary';
    return this.roles.shadows.some((shadow) => shadow.version === version) ? 'shadow' : null;
  }

  #stateOf(version: string): VersionState {
    const state = this.#states.get(version) ?? { kind: 'unused' };
    if (state.kind !== 'ready') return state;
    // A worker that was replaced may have loaded it otherwise.
    const lane = this.#laneOf(version);
    return lane ? { kind: 'ready', loaded: lane.group.loaded } : state;
  }

  /** The control runs the primary's version beside it. */
  #laneOf(version: string): RunningLane | undefined {
    return this.running.find((one) => one.version === version && one.role !== 'control');
  }

  /** Closing waits for it. */
  async #tracked(start: Promise<void>): Promise<void> {
    this.#starting.add(start);
    try {
      await start;
    } finally {
      this.#starting.delete(start);
    }
  }

  async #startPrimary(): Promise<void> {
    const { segments, control } = this.config;
    const mirrored = this.roles.shadows.length > 0 || control > 0;
    const observer = primaryObserver({ segments, mirrored });
    const primary = await this.#start(this.roles.primary, 'primary', observer, null);
    this.#primary = primary;
    if (!primary) return;
    this.#mirroring = new Mirroring(this.#setting, this.shadowVersions, this.#parts);
    this.#mirroring.watch(primary.lane);
  }

  async #startShadows(): Promise<void> {
    if (!this.#primary) return;
    const { control } = this.config;
    for (const { version, sample } of this.roles.shadows)
      await this.#startCompared(version, 'shadow', sample);
    if (control > 0) await this.#startCompared(this.roles.primary, 'control', control);
    this.#mirroring?.govern(this.#compared);
  }

  get #setting(): ComparisonSetting {
    const { name: model, config } = this;
    return { model, config, primary: this.#primary!, instance: this.#parts.instance };
  }

  async #startCompared(version: string, role: 'shadow' | 'control', sample: SampleConfig): Promise<void> {
    const conditions = shadowConditions(this.config, version, role);
    const options = shadowObserverOptions(this.#setting, version, role, conditions.deadlineMs);
    const observer = shadowObserver(options, this.#parts.log);
    const lane = await this.#start(version, role, observer, conditions);
    if (!lane) return;
    for (const mismatchOf of [providerMismatch, readingMismatch]) {
      const mismatch = mismatchOf(this.#primary!.group.loaded, lane.group.loaded);
      if (mismatch !== null) this.#parts.logger.warn({ model: this.name, version, role }, mismatch);
    }
    this.#compared.push(lane);
    this.#mirroring?.add(lane, sample);
  }

  async #start(
    version: string,
    role: Role,
    observer: ObserverSource,
    conditions: ShadowConditions | null,
  ): Promise<RunningLane | null> {
    if (this.#isClosing) return null;
    const { logger, threads } = this.#parts;
    const { path } = this.#found.versions.find((file) => file.version === version)!;
    const [model, config] = [this.name, this.config];
    let state: VersionState;
    let lane: RunningLane | null = null;
    try {
      const thread = threads.lane(role, model, version);
      const start = { model, version, role, path, config, thread, conditions, observer };
      lane = await startLane({
        ...{ ...start, ...this.#parts, giveUpLoads: this.#giveUpLoads.signal },
        onLeftBehind: (ended) => {
          this.#loadsLeftBehind.set(ended, nameOf({ role, version }));
          void ended.then(() => this.#loadsLeftBehind.delete(ended));
        },
      });
      state = { kind: 'ready', loaded: lane.group.loaded };
    } catch (error) {
      logger.error({ model, version, role }, `cannot be served: ${sentenceOf(error)}`);
      state = { kind: 'refused', reason: sentenceOf(error) };
    }
    // The control runs the primary's version: that one's state is the primary's.
    if (role !== 'control') this.#states.set(version, state);
    return lane;
  }
}

function nameOf({ role, version }: Pick<RunningLane, 'role' | 'version'>): string {
  return `${role} ${version}`;
}

/** The mirror works in the turn after the replies. */
function turnOfTheMirror(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
