import type { MirrorSwitch } from '../comparison/mirror-switch.ts';
import { closeLane } from './close-lane.ts';
import { ComparedLanes } from './compared-lanes.ts';
import type { DeploymentParts } from './deployment-parts.ts';
import type { LaneStarter } from './lane-starter.ts';
import { Mirroring } from './mirroring.ts';
import type { ComparisonSetting } from './observers.ts';
import type { RunningLane } from './running-lane.ts';

/** How long a primary may take to answer what it has. */
const drainGraceMs = 10_000;

/**
 * One version as primary, the lanes that are compared with it, and the mirror between them. What is compared may change; another
 * primary is another set.
 */
export class LaneSet {
  readonly primary: RunningLane;
  readonly compared: ComparedLanes;
  readonly mirroring: Mirroring;
  readonly #model: string;
  readonly #parts: DeploymentParts;

  /** @param mirrorSwitch of the primary's observers */
  constructor(
    setting: ComparisonSetting,
    mirrorSwitch: MirrorSwitch,
    starter: LaneStarter,
    parts: DeploymentParts,
  ) {
    this.primary = setting.primary;
    this.mirroring = new Mirroring(setting, mirrorSwitch, parts);
    this.compared = new ComparedLanes(setting, this.mirroring, starter, parts);
    this.#model = setting.model;
    this.#parts = parts;
    this.mirroring.watch(setting.primary.lane);
  }

  get running(): readonly RunningLane[] {
    return [this.primary, ...this.compared.running];
  }

  /** @returns false when that takes longer than it may */
  drainPrimary(): Promise<boolean> {
    return this.primary.lane.drain(drainGraceMs);
  }

  /** Waits until every request taken so far is answered, mirrored and compared, but no longer than it may. */
  async settle(timeoutMs: number): Promise<void> {
    await this.primary.lane.drain(timeoutMs);
    await turnOfTheMirror();
    await this.compared.settle(timeoutMs);
  }

  /**
   * To be called when nobody submits to the primary any more: answers what it has, and lets everything go.
   *
   * @param isComparing whether what waits to be compared gets a moment for it
   * @returns the lanes that had to be left behind with a run that does not end
   */
  async retire(isComparing: boolean): Promise<readonly RunningLane[]> {
    await this.drainPrimary();
    await turnOfTheMirror();
    this.mirroring[Symbol.dispose]();
    const [primaryClosed, leftBehind] = await Promise.all([
      closeLane(this.primary, this.#model, this.#parts),
      this.compared.close(isComparing),
    ]);
    this.mirroring.flush();
    return primaryClosed ? leftBehind : [this.primary, ...leftBehind];
  }
}

/** The mirror works in the turn after the replies. */
function turnOfTheMirror(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
