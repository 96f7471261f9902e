import { datatypes } from '../../protocol/datatype.ts';
import type { TensorSpec } from '../../protocol/signature.ts';
import { elementCount, type NumericData, type Tensor } from '../../protocol/tensor.ts';

/** Can requests share a run at all: every input and output has a dynamic first dimension, the row. */
export function hasRowDimension(specs: readonly TensorSpec[]): boolean {
  return specs.length > 0 && specs.every((spec) => spec.shape[0] === -1);
}

/** Rows of a request whose inputs all have the same first dimension; null when they do not. */
export function rowCount(inputs: readonly Tensor[]): number | null {
  const rows = inputs[0]?.shape[0];
  return rows !== undefined && inputs.every((input) => input.shape[0] === rows) ? rows : null;
}

/** Requests with equal keys differ in their number of rows only, so their inputs can be joined. */
export function shapeKey(inputs: readonly Tensor[]): string {
  let key = '';
  for (const input of inputs) {
    for (let i = 1; i < input.shape.length; i++) key += `${input.shape[i]},`;
    key += ';';
  }
  return key;
}

/** Joins the inputs of several requests along the row. */
export function joinRows(requests: readonly (readonly Tensor[])[]): readonly Tensor[] {
  const [first] = requests;
  if (requests.length === 1) return first!;
  return first!.map((model, i) =>
    joinTensors(
      model,
      requests.map((inputs) => inputs[i]!),
    ),
  );
}

function joinTensors(model: Tensor, parts: readonly Tensor[]): Tensor {
  let rows = 0;
  for (const part of parts) rows += part.shape[0]!;
  const shape = [rows, ...model.shape.slice(1)];
  if (model.datatype === 'BYTES') {
    return { ...model, shape, data: parts.flatMap((part) => part.data as readonly string[]) };
  }
  const data = new datatypes[model.datatype].array(elementCount(shape));
  let offset = 0;
  for (const part of parts) {
    // The arrays are of one type by construction, which the compiler cannot see.
    (data as Float32Array).set(part.data as Float32Array, offset);
    offset += part.data.length;
  }
  return { ...model, shape, data };
}

/** Rows `from` to `to` of every output; numeric ones are views, not copies. */
export function sliceRows(outputs: readonly Tensor[], from: number, to: number): Tensor[] {
  return outputs.map((output) => {
    const perRow = output.shape[0] === 0 ? 0 : output.data.length / output.shape[0]!;
    const data =
      output.datatype === 'BYTES'
        ? (output.data as readonly string[]).slice(from * perRow, to * perRow)
        : (output.data as NumericData).subarray(from * perRow, to * perRow);
    return { ...output, shape: [to - from, ...output.shape.slice(1)], data };
  });
}
