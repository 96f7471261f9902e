import { InvalidArgumentError } from 'commander';
import { type Datatype, datatypes } from '../../src/protocol/datatype.ts';

/** Both ends belong to it. */
export interface InputRange {
  readonly low: number;
  readonly high: number;
}

/**
 * Where nothing is said. Floats: as images and standardised or one-hot columns are. Integers: 0 and 1 are ids of every
 * vocabulary, values of every mask and codes of every category, so no model refuses them; but a table of which two rows
 * are read sits in the cache, so ids deserve their true range.
 */
export const usualRange: InputRange = { low: 0, high: 1 };

/** Reads `name:low,high`, such as `ids:0,29999`. A name may hold colons. Throws with what would be right. */
export function parseInputRange(text: string): readonly [name: string, range: InputRange] {
  const match = /^(.+):([^:,\s]+),([^:,\s]+)$/.exec(text);
  const [low, high] = [Number(match?.[2]), Number(match?.[3])];
  if (match === null || !Number.isFinite(low) || !Number.isFinite(high) || low > high) {
    throw new InvalidArgumentError(
      "It must be the input's name, its lowest and its highest value, such as ids:0,29999.",
    );
  }
  return [match[1]!, { low, high }];
}

/** Throws where a datatype cannot hold the range, or has none. */
export function checkRange(name: string, datatype: Datatype, { low, high }: InputRange): void {
  const limits = limitsOf(datatype);
  if (limits === null)
    throw new Error(`input '${name}' is ${datatype}, which has no range; leave it out of --input-range`);
  const whole = Number.isSafeInteger(low) && Number.isSafeInteger(high);
  if (low < limits.low || high > limits.high || (limits.whole && !whole)) {
    throw new Error(
      `the range of input '${name}' is ${low} to ${high}; ${datatype} takes ${limits.whole ? 'whole numbers' : 'numbers'} from ${limits.low} to ${limits.high}`,
    );
  }
}

export function isInteger(datatype: Datatype): boolean {
  return /^U?INT/.test(datatype);
}

/** Null where there are no numbers. Of 64-bit integers only those that a number holds exactly: more is nobody's id. */
export function limitsOf(datatype: Datatype): (InputRange & { readonly whole: boolean }) | null {
  if (datatype === 'BOOL' || datatype === 'BYTES') return null;
  const whole = isInteger(datatype);
  if (datatype === 'FP16') return { low: -65_504, high: 65_504, whole };
  if (datatype === 'FP32') return { low: -3.4028234663852886e38, high: 3.4028234663852886e38, whole };
  if (datatype === 'FP64') return { low: -Number.MAX_VALUE, high: Number.MAX_VALUE, whole };
  const bits = datatypes[datatype].bytes * 8;
  if (bits === 64) {
    const low = datatype === 'UINT64' ? 0 : Number.MIN_SAFE_INTEGER;
    return { low, high: Number.MAX_SAFE_INTEGER, whole };
  }
  return datatype.startsWith('U')
    ? { low: 0, high: 2 ** bits - 1, whole }
    : { low: -(2 ** (bits - 1)), high: 2 ** (bits - 1) - 1, whole };
}
