import { monotonicMicroseconds } from '../../clock.ts';
import type { TurnLimits } from './turns.ts';

/** Beside a primary that never rests, a shadow gets this share of the device. */
const leastShare = 1 / 20;

/** How long a shadow gives way: as long as keeps its share small, so that it is slowed down and never starved. */
export class Patience {
  readonly #limits: TurnLimits;
  #started = 0;
  #milliseconds: number;

  constructor(limits: TurnLimits) {
    this.#limits = limits;
    this.#milliseconds = limits.leastPatience;
  }

  get milliseconds(): number {
    return this.#milliseconds;
  }

  turnBegins(): void {
    this.#started = monotonicMicroseconds();
  }

  turnEnds(): void {
    const { leastPatience, mostPatience } = this.#limits;
    const held = (monotonicMicroseconds() - this.#started) / 1000;
    this.#milliseconds = Math.min(mostPatience, Math.max(leastPatience, held / leastShare));
  }
}
