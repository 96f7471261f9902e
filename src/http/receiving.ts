import { UnderstudyError } from '../errors.ts';

/** The bytes of all bodies that are on their way in: many large ones at once must not fill the memory. */
export class Receiving {
  readonly #limitBytes: number;
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** @throws UnderstudyError QUEUE_FULL where there is no room; nothing is taken then */
  take(bytes: number): void {
    if (this.#bytes + bytes > this.#limitBytes) {
      throw new UnderstudyError(
        'QUEUE_FULL',
        `the server is receiving ${this.#limitBytes} bytes of bodies already, which is the most; try again in a second`,
      );
    }
    this.#bytes += bytes;
  }

  /** The body is complete, and bounded by the queue it goes to; or it was given up. */
  release(bytes: number): void {
    this.#bytes -= bytes;
  }
}
