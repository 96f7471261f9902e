import type { NumericData } from '../protocol/tensor.ts';

/** A vector as it is compared: its direction as floats, and its length beside it. */
export interface ObservedVector {
  /** Euclidean length. */
  readonly value: number;
  readonly vector: Float32Array;
}

/**
 * What is kept of a vector. Floats are kept as they are; others are divided by their largest number first, since a double may
 * be out of reach for a float, and the direction is all that is compared.
 */
export function observedVector(values: NumericData): ObservedVector {
  if (values instanceof Float32Array) return { value: lengthOf(values), vector: values };
  const numbers = Float64Array.from<number | bigint>(values, Number);
  let largest = 0;
  for (const number of numbers) largest = Math.max(largest, Math.abs(number));
  if (largest === 0) return { value: 0, vector: new Float32Array(numbers.length) };
  const scaled = numbers.map((number) => number / largest);
  return {
    value: Math.min(Number.MAX_VALUE, largest * lengthOf(scaled)),
    vector: Float32Array.from(scaled),
  };
}

function lengthOf(values: Float32Array | Float64Array): number {
  let squares = 0;
  for (const value of values) squares += value * value;
  return Math.sqrt(squares);
}
