import { Random } from '../models/training/random.ts';
import { type Datatype, datatypes } from '../src/protocol/datatype.ts';
import type { TensorSpec } from '../src/protocol/signature.ts';
import { elementCount, type Tensor, type TensorData } from '../src/protocol/tensor.ts';
import { checkRange, type InputRange, isInteger, usualRange } from './input-range.ts';
import { shapeOfRows } from './input-shape.ts';

export interface InputOptions {
  readonly rows: number;
  readonly seed: number;
  /** Sizes of dynamic dimensions by input, as `parseInputShape` reads them. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** By input, as `parseInputRange` reads them; `usualRange` where there is none. */
  readonly ranges: ReadonlyMap<string, InputRange>;
}

const letters = 'abcdefghijklmnopqrstuvwxyz';
const wordLength = 8;
/** Significant digits of floats: what people send, 0.8415, and not seventeen digits. */
const digits = 4;

/**
 * Inputs of a request to any model, from the `inputs` of its metadata (`GET /v2/models/NAME`): the same for the same seed.
 * Throws where a dynamic dimension has no size, where a range does not fit the datatype, where an option names no input,
 * and where the model takes another number of rows.
 */
export function modelInputs(inputs: readonly TensorSpec[], options: InputOptions): readonly Tensor[] {
  const { rows, seed, shapes, ranges } = options;
  checkNames(inputs, '--shape', shapes.keys());
  checkNames(inputs, '--input-range', ranges.keys());
  checkRows(inputs, rows);
  const random = new Random(seed);
  return inputs.map((input) => {
    const { name, datatype } = input;
    const given = ranges.get(name);
    if (given !== undefined) checkRange(name, datatype, given);
    const shape = shapeOfRows(input, rows, shapes.get(name));
    return {
      name,
      datatype,
      shape,
      data: values(datatype, elementCount(shape), given ?? usualRange, random),
    };
  });
}

function checkNames(inputs: readonly TensorSpec[], option: string, names: Iterable<string>): void {
  for (const name of names) {
    if (inputs.some((input) => input.name === name)) continue;
    throw new Error(
      `${option} names '${name}'; the model's inputs are ${inputs.map((input) => input.name).join(', ')}`,
    );
  }
}

/** Where no first dimension is dynamic a request holds the rows that the model was exported with. */
function checkRows(inputs: readonly TensorSpec[], rows: number): void {
  if (inputs.some(({ shape }) => shape[0] === -1)) return;
  const fixed = inputs[0]?.shape[0] ?? 1;
  if (rows !== fixed) {
    throw new Error(
      `no input has a dynamic first dimension: a request has ${fixed} rows, it cannot have ${rows}`,
    );
  }
}

function values(datatype: Datatype, count: number, range: InputRange, random: Random): TensorData {
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

function float({ low, high }: InputRange, random: Random): number {
  // Not low + (high − low) · u, which overflows for the widest ranges.
  const share = random.uniform();
  const rounded = Number((low * (1 - share) + high * share).toPrecision(digits));
  return Math.min(high, Math.max(low, rounded));
}

function word(random: Random): string {
  return Array.from({ length: wordLength }, () => letters[random.integer(letters.length)]).join('');
}
