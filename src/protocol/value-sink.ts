import type { JsonReader } from './json-reader.ts';
import type { TensorData } from './tensor.ts';
import type { ValuePlace } from './value-place.ts';

/**
 * Takes JSON values of one datatype straight into an array of its kind. Writing past the end of a typed array
 * does nothing, so a run that is longer than its array is still read, checked and counted to its end.
 */
export interface ValueSink {
  readonly data: TensorData;
  /** Reads the value at the reader as element `index`. Errors: WRONG_VALUE, UNREPRESENTABLE_STRING. */
  readOne(reader: JsonReader, index: number, place: ValuePlace): void;
  /** Reads the elements of an array that was entered and is not empty as elements `start`…; returns how many. */
  readRun(reader: JsonReader, start: number, place: ValuePlace): number;
  /** Makes `data` an array of `count` elements that begins with what is in it. */
  resize(count: number): void;
}
