import { monotonicMicroseconds } from '../clock.ts';
import type { ErrorCode } from '../errors.ts';
import type { LoadedModel } from '../inference/model/loaded-model.ts';
import type { Observer } from '../inference/observer.ts';
import { createObserver, type ShadowObserverOptions } from './shadow-observer.ts';

interface Lost {
  readonly attachment: Uint8Array;
  readonly arrivedMs: number;
  readonly code: ErrorCode;
}

/** Of one turn of the event loop, which is the primary's. */
const sliceMicroseconds = 500;

/**
 * Accounts for mirrored requests that a shadow had and brought nothing back for, since its worker died or hung: each of
 * their rows is an error of the shadow, like any other that a user could meet. There is no worker to do it, so it is done
 * on the main thread, a little in each turn.
 */
export class LostRequests {
  readonly #observer: Observer;
  readonly #onFailure: (error: unknown) => void;
  #waiting: Lost[] = [];
  #isPlanned = false;

  constructor(
    options: ShadowObserverOptions,
    loaded: Pick<LoadedModel, 'sha256'>,
    onFailure: (error: unknown) => void,
  ) {
    this.#observer = createObserver(options, loaded);
    this.#onFailure = onFailure;
  }

  /** @param attachment what travelled with the request; nothing else of it is kept */
  add(attachment: Uint8Array, arrivedMs: number, code: ErrorCode): void {
    this.#waiting.push({ attachment, arrivedMs, code });
    this.#plan();
  }

  /** Does now what is left. */
  finish(): void {
    this.#record(Number.POSITIVE_INFINITY);
  }

  #plan(): void {
    if (this.#isPlanned || this.#waiting.length === 0) return;
    this.#isPlanned = true;
    setImmediate(() => {
      this.#isPlanned = false;
      this.#record(sliceMicroseconds);
      this.#plan();
    });
  }

  #record(microseconds: number): void {
    const end = monotonicMicroseconds() + microseconds;
    let done = 0;
    try {
      while (done < this.#waiting.length) {
        this.#observe(this.#waiting[done++]!);
        if (monotonicMicroseconds() > end) break;
      }
      this.#observer.endOfBatch?.();
    } catch (error) {
      this.#onFailure(error);
    }
    this.#waiting = this.#waiting.slice(done);
  }

  #observe({ attachment, arrivedMs, code }: Lost): void {
    this.#observer.observe({
      ...{ id: '', entity: null, timestampMs: arrivedMs, segments: {}, inputs: [], rows: 0 },
      ...{ queueMicroseconds: 0, computeMicroseconds: 0, cpuMicroseconds: 0 },
      outcome: { kind: 'error', code, sentence: code },
      attachment,
    });
  }
}
