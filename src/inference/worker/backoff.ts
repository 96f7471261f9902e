export interface BackoffOptions {
  /** Attempts in a row that are made at once. */
  readonly immediate: number;
  /** Of the first attempt that waits. */
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /** In [0, 1); spreads attempts, so that what failed together does not come back together. */
  readonly random: () => number;
  /** Monotonic, milliseconds. */
  readonly now: () => number;
}

/**
 * How long to wait before the next attempt: twice as long each time, up to a limit, with jitter. Who has held
 * out for twice the limit starts afresh.
 */
export class Backoff {
  readonly #options: BackoffOptions;
  #attempts = 0;
  #lastMs = Number.NEGATIVE_INFINITY;

  constructor(options: BackoffOptions) {
    this.#options = options;
  }

  nextDelayMs(): number {
    const { immediate, firstDelayMs, maxDelayMs, random, now } = this.#options;
    if (now() - this.#lastMs > 2 * maxDelayMs) this.#attempts = 0;
    const doublings = this.#attempts++ - immediate;
    const delay =
      doublings < 0 ? 0 : Math.min(maxDelayMs, firstDelayMs * 2 ** doublings) * (0.75 + 0.5 * random());
    this.#lastMs = now() + delay;
    return delay;
  }

  reset(): void {
    this.#attempts = 0;
  }
}
