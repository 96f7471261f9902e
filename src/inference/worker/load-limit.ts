import { UnderstudyError } from '../../errors.ts';

/** How long one load may take, and who may give it up earlier. */
export class LoadLimit implements Disposable {
  readonly #reached = Promise.withResolvers<never>();
  readonly #timer: NodeJS.Timeout | null;
  readonly #signal: AbortSignal | null;
  #isReached = false;

  /**
   * @param deadlineMs null for none
   * @param signal aborted when nobody waits for the load any more
   */
  constructor(deadlineMs: number | null, signal: AbortSignal | null) {
    this.#signal = signal;
    // It may be reached when nobody waits for it yet, or any more.
    this.#reached.promise.catch(() => {});
    this.#timer =
      deadlineMs === null
        ? null
        : setTimeout(() => this.giveUp(`it had not loaded after ${deadlineMs / 1000} s`), deadlineMs);
    signal?.addEventListener('abort', this.#onAbort);
    if (signal?.aborted) this.#onAbort();
  }

  /** Rejects with an UnderstudyError MODEL_NOT_READY; never resolves. */
  get reached(): Promise<never> {
    return this.#reached.promise;
  }

  get isReached(): boolean {
    return this.#isReached;
  }

  /** @param reason a sentence */
  giveUp(reason: string): void {
    this.#isReached = true;
    this.#reached.reject(new UnderstudyError('MODEL_NOT_READY', `its loading was given up: ${reason}`));
  }

  [Symbol.dispose](): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#onAbort);
  }

  readonly #onAbort = (): void => this.giveUp('the server is closing');
}
