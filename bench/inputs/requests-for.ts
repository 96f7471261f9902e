import { datatypes } from '../../src/protocol/datatype.ts';
import type { TensorSpec } from '../../src/protocol/signature.ts';
import type { Tensor, TensorData } from '../../src/protocol/tensor.ts';
import type { LoadRequest } from '../load-plan.ts';
import type { InputChoice } from './input-choice.ts';
import { checkRange } from './input-range.ts';
import type { InputRows } from './input-rows.ts';
import { binaryBody, jsonBody } from './request-body.ts';
import { checkBatchSize, requestShape } from './request-shape.ts';

export interface RequestForm extends Pick<InputChoice, 'shapes' | 'ranges'> {
  readonly batchSize: number;
  readonly rows: InputRows;
  readonly binary: boolean;
}

/** Bytes of all requests of a point together; where rows are large there are fewer. */
const mostBytes = 64 * 1024 * 1024;

/**
 * Different requests that go through the rows in turn, from the `inputs` of a model's metadata. Throws with a sentence for
 * people where the model cannot be asked so.
 */
export function requestsFor(inputs: readonly TensorSpec[], form: RequestForm): LoadRequest[] {
  const requests: LoadRequest[] = [];
  let bytes = 0;
  for (let row = 0; row < form.rows.count; row += form.batchSize) {
    const tensors = tensorsFor(inputs, form, row);
    const request = form.binary ? binaryBody(tensors) : jsonBody(tensors);
    bytes += request.body.length;
    if (bytes > mostBytes && requests.length > 0) break;
    requests.push(request);
  }
  return requests;
}

/** The inputs of one request, from a row on. */
export function tensorsFor(
  inputs: readonly TensorSpec[],
  { batchSize, shapes, ranges, rows }: Omit<RequestForm, 'binary'>,
  firstRow = 0,
): Tensor[] {
  checkNames(inputs, '--shape', shapes.keys());
  checkNames(inputs, '--input-range', ranges.keys());
  checkBatchSize(inputs, batchSize);
  return inputs.map((input) => {
    const { name, datatype } = input;
    const range = ranges.get(name);
    if (range !== undefined) checkRange(name, datatype, range);
    const { shape, elementsPerRow, rows: own } = requestShape(input, batchSize, shapes.get(name));
    const parts = Array.from({ length: own }, (_, i) => rows.values(input, firstRow + i, elementsPerRow));
    return { name, datatype, shape, data: joined(input, parts) };
  });
}

function checkNames(inputs: readonly TensorSpec[], option: string, names: Iterable<string>): void {
  for (const name of names) {
    if (inputs.some((input) => input.name === name)) continue;
    throw new Error(
      `${option} names ${name}; the model's inputs are ${inputs.map((input) => input.name).join(', ')}`,
    );
  }
}

function joined({ datatype }: TensorSpec, parts: readonly TensorData[]): TensorData {
  if (parts.length === 1) return parts[0]!;
  if (datatype === 'BYTES') return parts.flatMap((part) => Array.from(part, String));
  const bytes = parts.flatMap((part) =>
    ArrayBuffer.isView(part) ? [new Uint8Array(part.buffer, part.byteOffset, part.byteLength)] : [],
  );
  // Copied out of Node's pool, where it may lie at any byte.
  return new datatypes[datatype].array(Uint8Array.from(Buffer.concat(bytes)).buffer);
}
