import { createHash } from 'node:crypto';
import type { Tensor } from '../protocol/tensor.ts';

/** Larger rows (images, long texts) are not stored, only hashed. */
const maxFeatureCharacters = 65_536;

export interface CapturedFeatures {
  readonly hash: string;
  /** JSON `{input: value | [values]}`; null when the row is too large to store. */
  readonly features: string | null;
}

/** One row of the inputs as JSON; integers beyond 2^53 keep all their digits. */
export function captureRow(inputs: readonly Tensor[], row: number, rows: number): CapturedFeatures {
  const parts = inputs.map((input) => {
    const width = input.data.length / rows;
    const values: string[] = [];
    for (let i = row * width; i < (row + 1) * width; i++) values.push(literal(input.data[i]!));
    const value = values.length === 1 ? values[0]! : `[${values.join(',')}]`;
    return `${JSON.stringify(input.name)}:${value}`;
  });
  const text = `{${parts.join(',')}}`;
  return {
    hash: createHash('sha256').update(text).digest('hex').slice(0, 16),
    features: text.length <= maxFeatureCharacters ? text : null,
  };
}

function literal(value: number | bigint | string): string {
  if (typeof value === 'bigint') return value.toString();
  return typeof value === 'number' && !Number.isFinite(value) ? `"${value}"` : JSON.stringify(value);
}
