import { monotonicMicroseconds } from '../clock.ts';

/** Acts when the earliest of many deadlines has passed; one timer for all of them. */
export class ExpiryTimer {
  readonly #act: () => number | null;
  #timer: NodeJS.Timeout | null = null;
  #plannedMicroseconds = Number.POSITIVE_INFINITY;

  /** @param act returns the earliest deadline that is left, monotonic microseconds */
  constructor(act: () => number | null) {
    this.#act = act;
  }

  /** Monotonic, microseconds. */
  plan(deadlineMicroseconds: number): void {
    if (deadlineMicroseconds >= this.#plannedMicroseconds) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#plannedMicroseconds = deadlineMicroseconds;
    const delayMs = Math.ceil((deadlineMicroseconds - monotonicMicroseconds()) / 1000);
    this.#timer = setTimeout(() => this.#fire(), Math.min(Math.max(delayMs, 0), longestTimeoutMs)).unref();
  }

  #fire(): void {
    this.#timer = null;
    this.#plannedMicroseconds = Number.POSITIVE_INFINITY;
    const next = this.#act();
    if (next !== null) this.plan(next);
  }
}

/** More would overflow, and fire at once. */
const longestTimeoutMs = 2 ** 31 - 1;
