import { largestVector } from '../inference/embedding-output.ts';
import type { Observation } from './observation.ts';

/** A vector as base64 of its floats, or items as they are; absent where a row has neither. */
export type CarriedOutcome = string | readonly string[];

/** What vectors and items of one request may weigh together on their way to a shadow. */
const mostBytes = largestVector * Float32Array.BYTES_PER_ELEMENT;

type Outcome = Pick<Observation, 'vector' | 'items'>;

/**
 * Says of one row of a request after the other what it carries to the shadows beside its numbers. Rows for which there is no
 * room go without, and are not compared: mirrored requests wait in queues, which must not fill the memory.
 */
export function outcomeCarrier(): (row: Outcome) => CarriedOutcome | null {
  let room = mostBytes;
  return ({ vector, items }) => {
    if (vector !== undefined) {
      room -= vector.byteLength;
      return room < 0 ? null : base64Of(vector);
    }
    if (items === undefined) return null;
    room -= bytesOf(items);
    return room < 0 ? null : items;
  };
}

export function readCarried(carried: CarriedOutcome | undefined): Outcome {
  if (carried === undefined) return {};
  if (typeof carried !== 'string') return { items: carried };
  // Copied: bytes that come out of a pool need not be aligned.
  return { vector: new Float32Array(Uint8Array.from(Buffer.from(carried, 'base64')).buffer) };
}

function base64Of({ buffer, byteOffset, byteLength }: Float32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

/** Of their texts, two bytes for a character, and of the list. */
function bytesOf(items: readonly string[]): number {
  return items.reduce((sum, item) => sum + 2 * item.length + 8, 8);
}
