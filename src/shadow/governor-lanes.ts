import { sentenceOf } from '../errors.ts';

/** A lane that can be paused; `Lane` is one, given a name. */
export interface GovernedLane {
  readonly name: string;
  /** Lets no further batch run; what runs goes on. */
  hold(): void;
  resume(): void;
  /** Whether nothing of it runs. */
  readonly isIdle: boolean;
}

/** Lanes that are paused together. */
export class GovernorLanes {
  readonly #lanes: readonly GovernedLane[];
  #areHeld = false;

  constructor(lanes: readonly GovernedLane[]) {
    this.#lanes = lanes;
  }

  get areHeld(): boolean {
    return this.#areHeld;
  }

  /** Names of those of which something runs. */
  get busy(): readonly string[] {
    return this.#lanes.filter((lane) => !lane.isIdle).map(({ name }) => name);
  }

  hold(): void {
    this.#areHeld = true;
    for (const lane of this.#lanes) lane.hold();
  }

  /** @throws what a lane threw, once all others are resumed */
  resume(): void {
    const failures = this.release();
    if (failures.length > 0) throw together(failures);
  }

  /** @returns what failed: for one lane that cannot be resumed the others must not stay held */
  release(): readonly unknown[] {
    if (!this.#areHeld) return [];
    this.#areHeld = false;
    const failures: unknown[] = [];
    for (const lane of this.#lanes) {
      try {
        lane.resume();
      } catch (error) {
        failures.push(error);
      }
    }
    return failures;
  }
}

/** One error as it is; several in one, with all their sentences. */
export function together(failures: readonly unknown[]): unknown {
  if (failures.length === 1) return failures[0];
  return new AggregateError(failures, failures.map(sentenceOf).join('; '));
}
