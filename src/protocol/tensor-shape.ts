import { UnderstudyError } from '../errors.ts';
import { describeValue } from './describe-value.ts';
import type { JsonReader } from './json-reader.ts';
import { quoted, shapeText } from './quoting.ts';
import type { ModelSignature, TensorSpec } from './signature.ts';
import { modelText } from './signature-plan.ts';

/** Reads the array at the reader. `owner` says in a sentence whose shape it is, such as `Input "x"`. */
export function readShape(reader: JsonReader, owner: () => string): number[] {
  if (reader.peekKind() !== 'array') {
    throw new UnderstudyError(
      'INVALID_REQUEST',
      `${owner()}: "shape" must be an array of whole numbers, such as [1,32].`,
    );
  }
  const shape: number[] = [];
  for (let more = reader.enterArray(); more; more = reader.moreElements()) {
    const kind = reader.peekKind();
    const at = reader.position;
    const dimension = kind === 'number' ? reader.readDecimal() : Number.NaN;
    if (!Number.isSafeInteger(dimension) || dimension < 0) {
      reader.position = at;
      throw new UnderstudyError(
        'WRONG_SHAPE',
        `${owner()}: dimension ${shape.length} of its shape is ${describeValue(reader)}; it must be a whole number from 0 to 2^53 − 1.`,
      );
    }
    shape.push(dimension === 0 ? 0 : dimension);
  }
  return shape;
}

/**
 * Number of elements; errors: WRONG_SHAPE where it is beyond what can be counted. Zero dimensions are left out
 * of that check's product, so that no order of dimensions hides an overflow.
 */
export function countElements(shape: readonly number[], name: string): number {
  let count = 1;
  let empty = false;
  for (const dimension of shape) {
    if (dimension === 0) empty = true;
    else count *= dimension;
  }
  if (count > Number.MAX_SAFE_INTEGER) {
    throw new UnderstudyError(
      'WRONG_SHAPE',
      `Input ${quoted(name)} has shape ${shapeText(shape)}, which is more elements than can be counted (2^53 − 1).`,
    );
  }
  return empty ? 0 : count;
}

/** A declared shape of no dimensions stands for a scalar and for a file that does not say, so it takes any shape. */
export function fitsSpec(shape: readonly number[], spec: TensorSpec): boolean {
  const declared = spec.shape;
  if (declared.length === 0) return true;
  if (declared.length !== shape.length) return false;
  for (let axis = 0; axis < shape.length; axis++) {
    if (declared[axis] !== -1 && declared[axis] !== shape[axis]) return false;
  }
  return true;
}

/** Errors: WRONG_SHAPE, naming the dimension that does not fit. */
export function checkShape(shape: readonly number[], spec: TensorSpec, signature: ModelSignature): void {
  if (fitsSpec(shape, spec)) return;
  const declared = spec.shape;
  const problem =
    declared.length !== shape.length
      ? `which has rank ${shape.length} instead of ${declared.length}`
      : wrongDimension(shape, declared);
  const dynamic = declared.includes(-1) ? ' (-1 stands for any size)' : '';
  throw new UnderstudyError(
    'WRONG_SHAPE',
    `Input ${quoted(spec.name)} has shape ${shapeText(shape)}, ${problem}; ` +
      `${modelText(signature)} takes ${shapeText(declared)}${dynamic}.`,
  );
}

function wrongDimension(shape: readonly number[], declared: readonly number[]): string {
  const axis = shape.findIndex((size, index) => declared[index] !== -1 && declared[index] !== size);
  return `whose dimension ${axis} is ${shape[axis]} instead of ${declared[axis]}`;
}
