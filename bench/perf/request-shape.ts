import type { TensorMetadata } from './model-metadata.ts';

export interface RequestShape {
  /** Of the whole request, the rows first where the model takes them. */
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
  { name, shape }: TensorMetadata,
  batchSize: number,
  given: readonly number[] | undefined,
): RequestShape {
  const hasRows = shape[0] === -1;
  const declared = hasRows ? shape.slice(1) : shape;
  if (!hasRows && batchSize > 1) {
    throw new Error(
      `input ${name} has shape [${shape}], without a dynamic first dimension: only -b 1 fits it`,
    );
  }
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
  const elementsPerRow = row.reduce((product, size) => product * size, 1);
  return { shape: hasRows ? [batchSize, ...row] : row, elementsPerRow, rows: hasRows ? batchSize : 1 };
}
