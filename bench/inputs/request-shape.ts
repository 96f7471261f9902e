import type { TensorSpec } from '../../src/protocol/signature.ts';
import { elementCount } from '../../src/protocol/tensor.ts';

export interface RequestShape {
  /** Of the whole request, the rows first where the input takes them. */
  readonly shape: readonly number[];
  /** Elements of one row; of the whole input where there are no rows. */
  readonly elementsPerRow: number;
  /** Rows of the request; 1 where the input has no dynamic first dimension. */
  readonly rows: number;
}

/**
 * The shape of an input in a request of so many rows. A dynamic first dimension is that of the rows; any other has to be
 * given, for one row, as perf_analyzer's --shape has it. Throws with a sentence for people.
 */
export function requestShape(
  { name, shape }: TensorSpec,
  batchSize: number,
  given: readonly number[] | undefined,
): RequestShape {
  const hasRows = shape[0] === -1;
  const declared = hasRows ? shape.slice(1) : shape;
  if (
    given &&
    (given.length !== declared.length || declared.some((size, i) => size !== -1 && size !== given[i]))
  ) {
    throw new Error(
      `--shape ${name}:${given} does not fit [${declared}], the shape of one row (-1 is any size)`,
    );
  }
  const row = given ?? declared;
  if (row.includes(-1)) {
    throw new Error(
      `input ${name} takes rows of shape [${declared}]; say how large they are, such as --shape ${name}:${declared.map((size) => (size === -1 ? 16 : size))}`,
    );
  }
  return {
    shape: hasRows ? [batchSize, ...row] : row,
    elementsPerRow: elementCount(row),
    rows: hasRows ? batchSize : 1,
  };
}

/** Where no input has a dynamic first dimension a request is what the model was exported for. Throws for a batch of it. */
export function checkBatchSize(inputs: readonly TensorSpec[], batchSize: number): void {
  if (batchSize === 1 || inputs.some(({ shape }) => shape[0] === -1)) return;
  const shapes = inputs.map(({ name, shape }) => `${name} [${shape}]`).join(', ');
  throw new Error(`the inputs (${shapes}) have no dynamic first dimension: only -b 1 fits them`);
}
