import { Random } from '../../models/training/random.ts';
import { type Datatype, datatypes } from '../../src/protocol/datatype.ts';
import type { TensorData } from '../../src/protocol/tensor.ts';
import { type InputRange, isInteger } from './input-range.ts';

const letters = 'abcdefghijklmnopqrstuvwxyz';
const wordLength = 8;
/** Significant digits of floats: what people send, 0.8415, and not seventeen digits. */
const digits = 4;

/** So many values of a datatype, within the range where it has one; the same for the same seed. */
export function randomValues(datatype: Datatype, count: number, range: InputRange, seed: number): TensorData {
  const random = new Random(seed);
  const { low, high } = range;
  if (datatype === 'BYTES') return Array.from({ length: count }, () => word(random));
  if (datatype === 'BOOL') return Uint8Array.from({ length: count }, () => random.integer(2));
  // A span beyond 2^53 is not counted exactly.
  const integer = (): number => Math.min(high, low + random.integer(high - low + 1));
  const data = new datatypes[datatype].array(count);
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    for (let i = 0; i < count; i++) data[i] = BigInt(integer());
    return data;
  }
  const next = isInteger(datatype) ? integer : () => float(range, random);
  for (let i = 0; i < count; i++) data[i] = next();
  return data;
}

export function zeroValues(datatype: Datatype, count: number): TensorData {
  return datatype === 'BYTES' ? new Array<string>(count).fill('') : new datatypes[datatype].array(count);
}

function float({ low, high }: InputRange, random: Random): number {
  // Not low + (high − low) · u, which overflows for the widest ranges.
  const share = random.uniform();
  const rounded = Number((low * (1 - share) + high * share).toPrecision(digits));
  return Math.min(high, Math.max(low, rounded));
}

function word(random: Random): string {
  return Array.from({ length: wordLength }, () => letters[random.integer(letters.length)]).join('');
}
