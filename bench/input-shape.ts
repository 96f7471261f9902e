import type { TensorSpec } from '../src/protocol/signature.ts';

/** Reads `name:1,128` as perf_analyzer does: one size for each dimension. A name may hold colons. */
export function parseInputShape(text: string): readonly [name: string, shape: readonly number[]] {
  const match = /^(.+):(\d+(?:,\d+)*)$/.exec(text);
  const shape = (match?.[2] ?? '').split(',').map(Number);
  if (match === null || shape.some((size) => !Number.isSafeInteger(size) || size === 0)) {
    throw new Error(
      `--shape is ${text}; it must be the input's name and a size above 0 for each of its dimensions, such as input_ids:1,128`,
    );
  }
  return [match[1]!, shape];
}

/**
 * The shape of an input in a request of `rows` rows: a dynamic first dimension is the rows, any other is as `given`. The
 * first size of `given` is 1 (the shape of one row) or `rows`. Throws where a size is missing, or contradicts the model.
 */
export function shapeOfRows(
  { name, shape }: TensorSpec,
  rows: number,
  given: readonly number[] | undefined,
): readonly number[] {
  const declared = `input '${name}' has shape [${shape.join(', ')}]`;
  if (given !== undefined && given.length !== shape.length) {
    throw new Error(
      `${declared}, but --shape gives [${given.join(', ')}]: it must give ${shape.length} sizes, the rows among them`,
    );
  }
  return shape.map((size, i) => {
    const wanted = given?.[i];
    if (size === -1 && i === 0) {
      if (wanted !== undefined && wanted !== 1 && wanted !== rows) {
        throw new Error(
          `${declared}; the first size of --shape must be 1 or the rows, ${rows}, not ${wanted}`,
        );
      }
      return rows;
    }
    if (size !== -1) {
      if (wanted !== undefined && wanted !== size)
        throw new Error(`${declared}; --shape must leave ${size} as it is, not make it ${wanted}`);
      return size;
    }
    if (wanted !== undefined) return wanted;
    const example = shape.map((one, k) => (one !== -1 ? one : k === 0 ? 1 : 128));
    throw new Error(`${declared}; say how large -1 is, for example --shape ${name}:${example.join(',')}`);
  });
}
