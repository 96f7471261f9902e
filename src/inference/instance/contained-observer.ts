import { sentenceOf } from '../../errors.ts';
import type { Notice, Observer, ServedRequest } from '../observer.ts';

/** An observer, or none, whose failures never reach who is looked at. */
export class ContainedObserver {
  #observer: Observer | null = null;
  #failure: string | null = null;

  set(observer: Observer): void {
    this.#observer = observer;
  }

  /** What it last failed on, told once. */
  takeFailure(): string | null {
    const failure = this.#failure;
    this.#failure = null;
    return failure;
  }

  observe(served: ServedRequest): Notice | null {
    return this.#contain(() => this.#observer?.observe(served)) ?? null;
  }

  endOfBatch(): void {
    this.#contain(() => this.#observer?.endOfBatch?.());
  }

  #contain<Result>(look: () => Result): Result | null {
    try {
      return look();
    } catch (error) {
      this.#failure = sentenceOf(error);
      return null;
    }
  }
}
