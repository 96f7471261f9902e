import type { MirrorSwitch } from '../comparison/mirror-switch.ts';
import { sentenceOf } from '../errors.ts';
import { providerMismatch } from '../inference/execution-provider/mismatch.ts';
import { closeLane } from './close-lane.ts';
import type { DeploymentParts } from './deployment-parts.ts';
import type { LaneStarter } from './lane-starter.ts';
import { Mirroring } from './mirroring.ts';
import { type ComparisonSetting, shadowObserver, shadowObserverOptions } from './observers.ts';
import { readingMismatch } from './reading-mismatch.ts';
import type { RunningLane } from './running-lane.ts';
import { isSameLane, type WantedLane } from './wanted-lanes.ts';

interface ComparedLane {
  readonly running: RunningLane;
  readonly wanted: WantedLane;
}

/** How long a primary may take to answer what it has. */
const drainGraceMs = 10_000;
/** How long a shadow may take to compare what it has queued when another takes its place. */
const comparingGraceMs = 2_000;

/**
 * One version as primary, the lanes that are compared with it, and the mirror between them. What is compared may change; another
 * primary is another set.
 */
export class LaneSet {
  readonly mirroring: Mirroring;
  readonly #setting: ComparisonSetting;
  readonly #starter: LaneStarter;
  readonly #parts: DeploymentParts;
  #wanted: readonly WantedLane[] = [];
  #compared: readonly ComparedLane[] = [];
  /** Cannot be served, with the reason. */
  #refused = new Map<WantedLane, string>();
  #filling: Promise<void> | null = null;
  readonly #closing = new Set<Promise<void>>();
  readonly #leftBehind: RunningLane[] = [];
  #isRetired = false;

  constructor(
    setting: ComparisonSetting,
    mirrorSwitch: MirrorSwitch,
    starter: LaneStarter,
    parts: DeploymentParts,
  ) {
    this.#setting = setting;
    this.#starter = starter;
    this.#parts = parts;
    this.mirroring = new Mirroring(setting, mirrorSwitch, parts);
    this.mirroring.watch(setting.primary.lane);
  }

  get primary(): RunningLane {
    return this.#setting.primary;
  }

  get running(): readonly RunningLane[] {
    return [this.primary, ...this.#compared.map(({ running }) => running)];
  }

  /** Why the shadow cannot be served; null where that is not so. */
  refusalOf(version: string): string | null {
    const refused = [...this.#refused].find(([one]) => one.version === version && one.role === 'shadow');
    return refused?.[1] ?? null;
  }

  /**
   * From now on these are to be compared with the primary: what is not among them gets nothing more and is closed, how much the
   * others get is changed. What is missing is started by `fill`.
   */
  want(wanted: readonly WantedLane[]): void {
    this.#wanted = wanted;
    this.#refused.clear();
    const kept: ComparedLane[] = [];
    for (const compared of this.#compared) {
      const { running } = compared;
      const same = wanted.find((one) => isSameLane(one, compared.wanted));
      if (same) kept.push({ running, wanted: same });
      else this.#remove(running);
      if (same) this.mirroring.change(running, same.share);
    }
    const isSmaller = kept.length < this.#compared.length;
    this.#compared = kept;
    this.mirroring.expect(wanted.filter(({ role }) => role === 'shadow').map(({ version }) => version));
    if (isSmaller) this.mirroring.govern();
  }

  /** Starts what is wanted and not there. A version that is refused leaves the others running. */
  fill(): Promise<void> {
    this.#filling ??= this.#fill();
    return this.#filling;
  }

  /** @returns false when that takes longer than it may */
  drainPrimary(): Promise<boolean> {
    return this.primary.lane.drain(drainGraceMs);
  }

  /** Waits until every request taken so far is answered, mirrored and compared, but no longer than it may. */
  async settle(timeoutMs: number): Promise<void> {
    await this.primary.lane.drain(timeoutMs);
    await turnOfTheMirror();
    for (const { running } of this.#compared) await running.lane.drain(timeoutMs);
  }

  /**
   * To be called when nobody submits to the primary any more: answers what it has, and lets everything go.
   *
   * @param isComparing whether what waits to be compared gets a moment for it
   * @returns the lanes that had to be left behind with a run that does not end
   */
  async retire(isComparing: boolean): Promise<readonly RunningLane[]> {
    this.#isRetired = true;
    await this.primary.lane.drain(drainGraceMs);
    await turnOfTheMirror();
    this.mirroring[Symbol.dispose]();
    if (isComparing) {
      await Promise.all(this.#compared.map(({ running }) => running.lane.drain(comparingGraceMs)));
    }
    const closed = await Promise.all(
      this.running.map(async (lane) =>
        (await closeLane(lane, this.#setting.model, this.#parts)) ? [] : [lane],
      ),
    );
    // A load that came too late ends first: what comes next has the memory for itself.
    await this.#filling;
    await Promise.all(this.#closing);
    this.mirroring.finish();
    this.#compared = [];
    return [...closed.flat(), ...this.#leftBehind];
  }

  async #fill(): Promise<void> {
    // Whoever asked for this has to have it first.
    await null;
    const before = this.#compared;
    try {
      for (let missing = this.#missing; missing !== undefined; missing = this.#missing) {
        await this.#startCompared(missing);
      }
      if (this.#compared !== before) this.mirroring.govern();
    } finally {
      this.#filling = null;
    }
  }

  get #missing(): WantedLane | undefined {
    if (this.#isRetired) return undefined;
    const isThere = (wanted: WantedLane) => this.#compared.some((compared) => compared.wanted === wanted);
    return this.#wanted.find((wanted) => !this.#refused.has(wanted) && !isThere(wanted));
  }

  async #startCompared(missing: WantedLane): Promise<void> {
    const { version, role, path, conditions } = missing;
    const { model, config, primary } = this.#setting;
    const { log, logger } = this.#parts;
    const options = shadowObserverOptions(this.#setting, version, role, conditions.deadlineMs);
    const observer = shadowObserver(options, log);
    let running: RunningLane | null = null;
    let reason = '';
    try {
      running = await this.#starter.start({ version, role, path, config, observer, conditions });
    } catch (error) {
      reason = sentenceOf(error);
      logger.error({ model, version, role }, `cannot be served: ${reason}`);
    }
    // While it was loaded, something else may have become wanted.
    const wanted = this.#isRetired ? undefined : this.#wanted.find((one) => isSameLane(one, missing));
    if (running === null) {
      if (wanted) this.#refused.set(wanted, reason);
      return;
    }
    if (!wanted) {
      this.#close(running);
      return;
    }
    for (const mismatchOf of [providerMismatch, readingMismatch]) {
      const mismatch = mismatchOf(primary.group.loaded, running.group.loaded);
      if (mismatch !== null) logger.warn({ model, version, role }, mismatch);
    }
    this.#compared = [...this.#compared, { running, wanted }];
    this.mirroring.add(running, conditions, wanted.share);
  }

  /** What it has queued is thrown away. */
  #remove(lane: RunningLane): void {
    const account = this.mirroring.remove(lane);
    this.#close(lane, account);
  }

  #close(lane: RunningLane, account: () => void = () => {}): void {
    const closing = closeLane(lane, this.#setting.model, this.#parts).then((closed) => {
      if (!closed) this.#leftBehind.push(lane);
      account();
      this.#closing.delete(closing);
    });
    this.#closing.add(closing);
  }
}

/** The mirror works in the turn after the replies. */
function turnOfTheMirror(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
