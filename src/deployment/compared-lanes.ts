import { sentenceOf } from '../errors.ts';
import { providerMismatch } from '../inference/execution-provider/mismatch.ts';
import { closeLane } from './close-lane.ts';
import type { DeploymentParts } from './deployment-parts.ts';
import type { LaneStarter } from './lane-starter.ts';
import type { Mirroring } from './mirroring.ts';
import { type ComparisonSetting, shadowObserver, shadowObserverOptions } from './observers.ts';
import { readingMismatch } from './reading-mismatch.ts';
import type { RunningLane } from './running-lane.ts';
import { VersionNotServed } from './version-not-served.ts';
import { isSameLane, isSameShare, type WantedLane } from './wanted-lanes.ts';

interface ComparedLane {
  readonly running: RunningLane;
  readonly wanted: WantedLane;
}

/** How long a shadow may take to compare what it has queued when another takes its place. */
const comparingGraceMs = 2_000;

/** The lanes that are compared with one primary; which they are may change. */
export class ComparedLanes {
  readonly #setting: ComparisonSetting;
  readonly #mirroring: Mirroring;
  readonly #starter: LaneStarter;
  readonly #parts: DeploymentParts;
  #wanted: readonly WantedLane[] = [];
  #lanes: readonly ComparedLane[] = [];
  /** Loaded, and not compared with anything yet. */
  #prepared: readonly ComparedLane[] = [];
  /** Cannot be served, with the reason. */
  readonly #refused = new Map<WantedLane, string>();
  #filling: Promise<void> | null = null;
  readonly #closing = new Set<Promise<void>>();
  readonly #leftBehind: RunningLane[] = [];
  #isClosed = false;

  constructor(
    setting: ComparisonSetting,
    mirroring: Mirroring,
    starter: LaneStarter,
    parts: DeploymentParts,
  ) {
    this.#setting = setting;
    this.#mirroring = mirroring;
    this.#starter = starter;
    this.#parts = parts;
  }

  get running(): readonly RunningLane[] {
    return this.#lanes.map(({ running }) => running);
  }

  /** Why the shadow cannot be served; null where that is not so. */
  refusalOf(version: string): string | null {
    const refused = [...this.#refused].find(([one]) => one.version === version && one.role === 'shadow');
    return refused?.[1] ?? null;
  }

  /**
   * Loads a lane that is going to be wanted: so that it can take its place at once, and nothing has changed where it cannot be
   * served. Does nothing where it runs already.
   *
   * @throws VersionNotServed
   */
  async prepare(wanted: WantedLane): Promise<void> {
    if (this.#lanes.some((lane) => isSameLane(lane.wanted, wanted))) return;
    const running = await this.#start(wanted).catch((cause: unknown) => {
      throw new VersionNotServed(wanted.version, cause);
    });
    this.#prepared = [...this.#prepared, { running, wanted }];
  }

  /** What was prepared is not going to be wanted. */
  discardPrepared(): void {
    for (const { running } of this.#prepared) this.#close(running);
    this.#prepared = [];
  }

  /**
   * From now on these are to be compared with the primary: what is not among them gets nothing more and is closed, how much the
   * others get is changed, what is prepared begins. What is missing is started by `fill`.
   */
  want(wanted: readonly WantedLane[]): void {
    const before = this.#lanes;
    this.#wanted = wanted;
    this.#refused.clear();
    const sameAs = (lane: ComparedLane) => wanted.find((one) => isSameLane(one, lane.wanted));
    for (const lane of before) if (!sameAs(lane)) this.#remove(lane.running);
    this.#lanes = before.flatMap((lane) => {
      const same = sameAs(lane);
      if (same && !isSameShare(same.share, lane.wanted.share)) {
        this.#mirroring.change(lane.running, same.share);
      }
      return same ? [{ running: lane.running, wanted: same }] : [];
    });
    const shadows = wanted.filter(({ role }) => role === 'shadow').map(({ version }) => version);
    this.#mirroring.expect(shadows);
    for (const { running, wanted: promised } of this.#prepared) this.#admit(running, promised);
    this.#prepared = [];
    const isSame = this.#lanes
      .map(({ running }) => running)
      .every((running, i) => running === before[i]?.running);
    if (!isSame || this.#lanes.length !== before.length) this.#mirroring.govern();
  }

  /** Starts what is wanted and not there. A version that is refused leaves the others running. */
  fill(): Promise<void> {
    this.#filling ??= this.#fill();
    return this.#filling;
  }

  /** Waits until all that was mirrored is compared, but no longer than it may. */
  async settle(timeoutMs: number): Promise<void> {
    for (const { running } of this.#lanes) await running.lane.drain(timeoutMs);
  }

  /**
   * Lets everything go, for good.
   *
   * @param isComparing whether what waits to be compared gets a moment for it
   * @returns the lanes that had to be left behind with a run that does not end
   */
  async close(isComparing: boolean): Promise<readonly RunningLane[]> {
    this.#isClosed = true;
    this.discardPrepared();
    if (isComparing) {
      await Promise.all(this.#lanes.map(({ running }) => running.lane.drain(comparingGraceMs)));
    }
    for (const { running } of this.#lanes) this.#remove(running);
    this.#lanes = [];
    // A load that came too late ends first: what comes next has the memory for itself.
    await this.#filling;
    await Promise.all(this.#closing);
    return this.#leftBehind;
  }

  async #fill(): Promise<void> {
    // Whoever asked for this has to have it first.
    await null;
    const before = this.#lanes;
    try {
      for (let missing = this.#missing; missing !== undefined; missing = this.#missing) {
        await this.#startMissing(missing);
      }
      if (this.#lanes !== before) this.#mirroring.govern();
    } finally {
      this.#filling = null;
    }
  }

  get #missing(): WantedLane | undefined {
    if (this.#isClosed) return undefined;
    const isThere = (wanted: WantedLane) => this.#lanes.some((lane) => lane.wanted === wanted);
    return this.#wanted.find((wanted) => !this.#refused.has(wanted) && !isThere(wanted));
  }

  async #startMissing(missing: WantedLane): Promise<void> {
    const { version, role } = missing;
    try {
      this.#admit(await this.#start(missing), missing);
    } catch (error) {
      const reason = sentenceOf(error);
      this.#parts.logger.error({ model: this.#setting.model, version, role }, `cannot be served: ${reason}`);
      const wanted = this.#stillWanted(missing);
      if (wanted) this.#refused.set(wanted, reason);
    }
  }

  /** @throws with the reason why it cannot be served */
  #start({ version, role, file: { path }, conditions }: WantedLane): Promise<RunningLane> {
    const options = shadowObserverOptions(this.#setting, version, role, conditions.deadlineMs);
    const observer = shadowObserver(options, this.#parts.log);
    const { config } = this.#setting;
    return this.#starter.start({ version, role, path, config, observer, conditions });
  }

  /** While it was loaded, something else may have become wanted. */
  #admit(running: RunningLane, promised: WantedLane): void {
    const wanted = this.#stillWanted(promised);
    if (!wanted) {
      this.#close(running);
      return;
    }
    const { model, primary } = this.#setting;
    for (const mismatchOf of [providerMismatch, readingMismatch]) {
      const mismatch = mismatchOf(primary.group.loaded, running.group.loaded);
      const { version, role } = running;
      if (mismatch !== null) this.#parts.logger.warn({ model, version, role }, mismatch);
    }
    this.#lanes = [...this.#lanes, { running, wanted }];
    this.#mirroring.add(running, wanted.conditions, wanted.share);
  }

  #stillWanted(one: WantedLane): WantedLane | undefined {
    return this.#isClosed ? undefined : this.#wanted.find((wanted) => isSameLane(wanted, one));
  }

  #remove(lane: RunningLane): void {
    this.#close(lane, this.#mirroring.remove(lane));
  }

  /** What it has queued is thrown away. */
  #close(lane: RunningLane, account: () => void = () => {}): void {
    const closing = closeLane(lane, this.#setting.model, this.#parts).then((closed) => {
      if (!closed) this.#leftBehind.push(lane);
      account();
      this.#closing.delete(closing);
    });
    this.#closing.add(closing);
  }
}
