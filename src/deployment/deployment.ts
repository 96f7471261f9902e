import { createMirrorSwitch } from '../comparison/mirror-switch.ts';
import type { DeploymentConfig } from '../config/deployment.ts';
import { sentenceOf, UnderstudyError } from '../errors.ts';
import { createExclusive } from '../exclusive.ts';
import type { Lane } from '../inference/lane.ts';
import type { Role, ServedModel, ServedVersion, VersionState } from '../inference/serving-table.ts';
import { type DropReason, noDrops } from '../log/traffic-count.ts';
import { compareVersions } from '../repository/model-layout.ts';
import type { Roles } from '../repository/roles.ts';
import type { Governor } from '../shadow/governor.ts';
import type { DeploymentParts } from './deployment-parts.ts';
import { isServedAlike } from './is-served-alike.ts';
import { laneName } from './lane-name.ts';
import { LaneSet } from './lane-set.ts';
import { LaneStarter } from './lane-starter.ts';
import { primaryObserver } from './observers.ts';
import type { RunningLane } from './running-lane.ts';
import type { SegmentSampling } from './segment-sampling.ts';
import { VersionNotServed } from './version-not-served.ts';
import { type DeploymentPlan, isSameFile, wantedLanes } from './wanted-lanes.ts';

export interface PlannedChange {
  readonly plan: DeploymentPlan;
  /** Shadows that must be served for the change to be made; all others are loaded when it is. */
  readonly tried?: readonly string[];
  /** Makes it durable. */
  readonly keep: () => Promise<void>;
}

/** Sentences on files that are broken, or gone. */
export interface DeploymentRemarks {
  readonly versions: ReadonlyMap<string, string>;
  /** On the model's settings. */
  readonly deployment: readonly string[];
}

export interface ChangeOutcome {
  /** Whether nothing that was asked before is still to be answered by a former primary. */
  readonly isDrained: boolean;
}

/**
 * What serves a model: one primary version, any number of shadow versions, the mirror between them. What is which may change
 * while it serves.
 */
export class Deployment implements ServedModel {
  readonly name: string;
  readonly refusal = null;
  readonly #parts: DeploymentParts;
  readonly #starter: LaneStarter;
  readonly #inTurn = createExclusive();
  #plan: DeploymentPlan;
  /** Null while the primary is loading, or where it is refused. */
  #lanes: LaneSet | null = null;
  /** Why the primary cannot be served. */
  #primaryRefusal: string | null = null;
  #remarks: DeploymentRemarks = { versions: new Map(), deployment: [] };
  /** What another set took the place of, on its way out. */
  readonly #retiring = new Set<Promise<void>>();
  readonly #leftBehind: RunningLane[] = [];
  #isClosing = false;

  constructor(name: string, plan: DeploymentPlan, parts: DeploymentParts) {
    this.name = name;
    this.#plan = plan;
    this.#parts = parts;
    this.#starter = new LaneStarter(name, parts);
  }

  get config(): DeploymentConfig {
    return this.#plan.config;
  }

  get roles(): Roles {
    return this.#plan.roles;
  }

  get plan(): DeploymentPlan {
    return this.#plan;
  }

  get primaryVersion(): string {
    return this.roles.primary;
  }

  get versions(): readonly ServedVersion[] {
    const versions = new Set([...this.#plan.files.keys(), ...this.#remarks.versions.keys()]);
    return [...versions].sort(compareVersions).map((version) => ({
      version,
      role: this.#roleOf(version),
      state: this.#stateOf(version),
      statistics: this.#laneOf(version)?.lane.statistics ?? null,
      remark: this.#remarks.versions.get(version) ?? null,
    }));
  }

  get lane(): Lane | null {
    return this.#lanes?.primary.lane ?? null;
  }

  /** Watches what its shadows cost its primary; null where none does. */
  get governor(): Governor | null {
    return this.#lanes?.mirroring.governor ?? null;
  }

  /** What is known of segments, and how shadows sample them; null while the primary is loading, or where it is refused. */
  get sampling(): SegmentSampling | null {
    return this.#lanes?.mirroring.sampling ?? null;
  }

  /** Share of the present traffic that the lane is offered. */
  effectiveRateOf(lane: RunningLane): number {
    return this.#lanes?.mirroring.effectiveRateOf(lane) ?? 0;
  }

  /** Sampled rows that a shadow of the present primary never ran, by reason. */
  droppedRowsOf(shadowVersion: string): Readonly<Record<DropReason, number>> {
    return this.#lanes?.mirroring.droppedRowsOf(shadowVersion) ?? noDrops;
  }

  get primary(): RunningLane | null {
    return this.#lanes?.primary ?? null;
  }

  get running(): readonly RunningLane[] {
    return this.#lanes?.running ?? [];
  }

  /** Shadow versions by role, running or not. */
  get shadowVersions(): readonly string[] {
    return this.roles.shadows.map(({ version }) => version);
  }

  /** Loads the primary, which answers from then on. */
  startPrimary(): Promise<void> {
    return this.#inTurn(async () => {
      try {
        this.#lanes = await this.#start(this.#plan);
        this.#lanes.compared.want(wantedLanes(this.#plan));
      } catch (error) {
        this.#primaryRefusal = sentenceOf(error);
        const labels = { model: this.name, version: this.primaryVersion, role: 'primary' };
        this.#parts.logger.error(labels, `cannot be served: ${this.#primaryRefusal}`);
      }
    });
  }

  /** Loads the primary, and its shadows in the background. */
  async start(): Promise<void> {
    await this.startPrimary();
    this.#fill();
  }

  /** Loads what is compared with the primary. A version that is refused leaves the others running. */
  async startShadows(): Promise<void> {
    await this.#lanes?.compared.fill();
  }

  /**
   * Changes what is served how. Where that takes another primary, it is loaded beside the present one, which answers until the
   * other is ready; what it has taken by then it still answers. Resolves when no answer of it is to come any more; shadows are
   * loaded after that.
   *
   * @param decide is asked when all changes before are made; null changes nothing. What it asks to `keep` is kept before
   * anything is changed
   * @returns null where nothing was changed
   * @throws what `decide` and `keep` throw, and VersionNotServed: then nothing was changed
   */
  change(decide: () => PlannedChange | null): Promise<ChangeOutcome | null> {
    return this.#inTurn(async () => {
      this.#checkOpen();
      const planned = decide();
      if (planned === null) return null;
      const { plan, keep, tried = [] } = planned;
      const fresh = this.#needsAnotherPrimary(plan) ? await this.#startInstead(plan) : null;
      const compared = (fresh ?? this.#lanes)?.compared;
      try {
        for (const wanted of wantedLanes(plan)) {
          if (wanted.role === 'shadow' && tried.includes(wanted.version)) await compared?.prepare(wanted);
        }
        this.#checkOpen();
        await keep();
      } catch (error) {
        compared?.discardPrepared();
        await fresh?.retire(false);
        throw error;
      }
      return this.#enter(plan, fresh);
    });
  }

  /** What is to be told of files that are not served as they lie in the repository. */
  note(remarks: DeploymentRemarks): void {
    this.#remarks = remarks;
  }

  /** On settings: those that are refused, and what those in use say that counts for nothing. */
  get remarks(): readonly string[] {
    return [...this.#remarks.deployment, ...this.#plan.unsupported];
  }

  /** Files of the repository that are not served as they lie there. */
  get refusedFiles(): number {
    return this.#remarks.versions.size + this.#remarks.deployment.length;
  }

  /** Hands counts that have been gathered to the log; to be called about once a second. */
  flush(): void {
    this.#lanes?.mirroring.flush();
  }

  /** Waits until every request taken so far is answered, mirrored and compared, but no longer than it may. */
  async settle(timeoutMs: number): Promise<void> {
    await this.#lanes?.settle(timeoutMs);
  }

  /** From now on nothing is changed, and loads that do not end soon are given up. */
  beginClosing(): Promise<void> {
    this.#isClosing = true;
    return this.#starter.close();
  }

  /**
   * Answers what is queued, forgets what is only mirrored, and releases the workers.
   *
   * @returns how many lanes had to be left behind with a run that does not end: ending its worker would abort
   * the process
   */
  async close(): Promise<number> {
    await this.beginClosing();
    await this.#inTurn(async () => {
      if (this.#lanes) this.#retire(this.#lanes, false);
      await Promise.all(this.#retiring);
      this.#lanes = null;
    });
    const hanging = this.#leftBehind.filter(({ lane, group }) => !lane.isIdle || group.leftBehind > 0);
    return new Set([...hanging.map(laneName), ...this.#starter.leftBehind]).size;
  }

  #checkOpen(): void {
    if (this.#isClosing) throw new UnderstudyError('SHUTTING_DOWN', 'the server is shutting down');
  }

  #needsAnotherPrimary({ config, roles, files }: DeploymentPlan): boolean {
    if (this.#lanes === null) return true;
    const { primary } = this.roles;
    if (roles.primary !== primary || !isServedAlike(config, this.config)) return true;
    return !isSameFile(files.get(primary), this.#plan.files.get(primary));
  }

  /** @throws VersionNotServed */
  async #startInstead(plan: DeploymentPlan): Promise<LaneSet> {
    try {
      return await this.#start(plan);
    } catch (error) {
      // The one that it has is tried once more.
      const isOwn = this.#lanes === null && plan.roles.primary === this.primaryVersion;
      if (isOwn) this.#primaryRefusal = sentenceOf(error);
      throw error;
    }
  }

  /** @throws VersionNotServed */
  async #start(plan: DeploymentPlan): Promise<LaneSet> {
    const { config, roles, files } = plan;
    const mirroring = createMirrorSwitch();
    const { path } = files.get(roles.primary)!;
    const primary = await this.#starter
      .start({
        ...{ version: roles.primary, role: 'primary', path, config, conditions: null },
        observer: primaryObserver({ segments: config.segments, mirroring }),
      })
      .catch((cause: unknown) => {
        throw new VersionNotServed(roles.primary, cause);
      });
    const setting = { model: this.name, primary, config, instance: this.#parts.instance };
    return new LaneSet(setting, mirroring, this.#starter, this.#parts);
  }

  async #enter(plan: DeploymentPlan, fresh: LaneSet | null): Promise<ChangeOutcome> {
    const former = this.#lanes;
    this.#plan = plan;
    (fresh ?? former)?.compared.want(wantedLanes(plan));
    if (fresh) this.#lanes = fresh;
    this.#primaryRefusal = null;
    if (fresh === null || former === null) {
      this.#fill();
      return { isDrained: true };
    }
    const isDrained = await former.drainPrimary();
    this.#retire(former, true);
    return { isDrained };
  }

  /** In the background. */
  #retire(lanes: LaneSet, isComparing: boolean): void {
    const retiring = lanes
      .retire(isComparing)
      .then(
        (leftBehind) => void this.#leftBehind.push(...leftBehind),
        (error: unknown) => this.#tell(error, 'lanes that are not needed any more could not be closed'),
      )
      .finally(() => {
        this.#retiring.delete(retiring);
        this.#fill();
      });
    this.#retiring.add(retiring);
  }

  /** Loads the shadows that are missing, in the background, once those of former primaries are gone: memory is for one set. */
  #fill(): void {
    if (this.#retiring.size > 0 || this.#isClosing) return;
    this.#lanes?.compared.fill().catch((error: unknown) => this.#tell(error, 'shadows could not be started'));
  }

  #tell(error: unknown, sentence: string): void {
    this.#parts.logger.error({ model: this.name, err: error }, sentence);
  }

  #roleOf(version: string): Role | null {
    if (version === this.roles.primary) return 'primary';
    return this.shadowVersions.includes(version) ? 'shadow' : null;
  }

  #stateOf(version: string): VersionState {
    const lane = this.#laneOf(version);
    if (lane) return { kind: 'ready', loaded: lane.group.loaded };
    const remark = this.#remarks.versions.get(version);
    if (this.#roleOf(version) === null) {
      // It is there, and was not taken up.
      return remark === undefined ? { kind: 'unused' } : { kind: 'refused', reason: remark };
    }
    const isPrimary = version === this.primaryVersion;
    const reason = isPrimary ? this.#primaryRefusal : (this.#lanes?.compared.refusalOf(version) ?? null);
    return reason === null ? { kind: 'loading' } : { kind: 'refused', reason };
  }

  /** The control runs the primary's version beside it. */
  #laneOf(version: string): RunningLane | undefined {
    return this.running.find((one) => one.version === version && one.role !== 'control');
  }
}
