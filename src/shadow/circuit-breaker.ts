import type { Backoff } from '../inference/worker/backoff.ts';

export interface CircuitBreakerOptions {
  /** Failures in a row that open it. */
  readonly failures: number;
  /** How long it stays open before each trial. */
  readonly backoff: Backoff;
  /** Monotonic, milliseconds. */
  readonly now: () => number;
}

export type BreakerState = 'closed' | 'open' | 'half_open';

/**
 * Leaves a shadow alone that fails again and again (Nygard, Release It!, 2007): after so many failures in a row
 * it opens; after a while one request is let through, and what becomes of it decides.
 */
export class CircuitBreaker {
  readonly #options: CircuitBreakerOptions;
  #failures = 0;
  #state: BreakerState = 'closed';
  #retryMs = 0;
  #trialIsOut = false;

  constructor(options: CircuitBreakerOptions) {
    this.#options = options;
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** Whether a request may go through now; while half open, one may. */
  admits(): boolean {
    if (this.#state === 'closed') return true;
    if (this.#state === 'open') {
      if (this.#options.now() < this.#retryMs) return false;
      this.#state = 'half_open';
      this.#trialIsOut = false;
    }
    if (this.#trialIsOut) return false;
    this.#trialIsOut = true;
    return true;
  }

  succeeded(): void {
    this.#failures = 0;
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#options.backoff.reset();
  }

  failed(): void {
    this.#failures++;
    if (this.#state === 'open') return;
    if (this.#state === 'closed' && this.#failures < this.#options.failures) return;
    this.#state = 'open';
    this.#retryMs = this.#options.now() + this.#options.backoff.nextDelayMs();
  }

  /** The trial came to nothing that could be judged (it was dropped): the next request is the trial. */
  undecided(): void {
    this.#trialIsOut = false;
  }
}
