import { type Datatype, datatypes } from '../../src/protocol/datatype.ts';
import type { TensorData } from '../../src/protocol/tensor.ts';
import { limitsOf } from './input-range.ts';

/** Values as JSON has them, in the array of their datatype. Throws with the first that it cannot hold. */
export function writtenValues(datatype: Datatype, values: readonly unknown[]): TensorData {
  const wrong = values.find((value) => !fits(datatype, value));
  if (wrong !== undefined) throw new Error(`${JSON.stringify(wrong)}, which is no ${datatype}`);
  if (datatype === 'BYTES') return values.map(String);
  const data = new datatypes[datatype].array(values.length);
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    for (const [i, value] of values.entries()) data[i] = BigInt(Number(value));
    return data;
  }
  for (const [i, value] of values.entries()) data[i] = Number(value);
  return data;
}

function fits(datatype: Datatype, value: unknown): boolean {
  if (datatype === 'BYTES') return typeof value === 'string';
  if (datatype === 'BOOL') return typeof value === 'boolean';
  if (typeof value !== 'number') return false;
  const limits = limitsOf(datatype)!;
  return value >= limits.low && value <= limits.high && (!limits.whole || Number.isInteger(value));
}
