import { largestVector } from '../inference/outputs/embedding.ts';
import type { Observation } from './observation.ts';

/** In place of a vector the number of its floats, which lie behind the text; items as they are. */
export type CarriedOutcome = number | readonly string[];

/** What vectors and items of one request may weigh together on their way to a shadow. */
const mostBytes = largestVector * Float32Array.BYTES_PER_ELEMENT;

type Outcome = Pick<Observation, 'vector' | 'items'>;

/**
 * Takes what the rows of one request carry to the shadows beside their numbers, one after the other. Rows for which there is
 * no room go without, and are not compared: mirrored requests wait in queues, which must not fill the memory.
 */
export class OutcomeCarrier {
  /** What was taken of vectors, in the order of the rows. */
  readonly vectors: Float32Array[] = [];
  #room = mostBytes;

  /** What stands in the row's text; null where nothing does. */
  take({ vector, items }: Outcome): CarriedOutcome | null {
    if (vector !== undefined) {
      this.#room -= vector.byteLength;
      if (this.#room < 0) return null;
      this.vectors.push(vector);
      return vector.length;
    }
    if (items === undefined) return null;
    this.#room -= bytesOf(items);
    return this.#room < 0 ? null : items;
  }
}

/** Gives it back, row by row. */
export class OutcomeReader {
  readonly #floats: Float32Array;
  #read = 0;

  constructor(floats: Float32Array) {
    this.#floats = floats;
  }

  next(carried: CarriedOutcome | undefined): Outcome {
    if (carried === undefined) return {};
    if (typeof carried !== 'number') return { items: carried };
    const from = this.#read;
    this.#read += carried;
    return { vector: this.#floats.subarray(from, this.#read) };
  }
}

/** Of their texts, two bytes for a character, and of the list. */
function bytesOf(items: readonly string[]): number {
  return items.reduce((sum, item) => sum + 2 * item.length + 8, 8);
}
