import type { Datatype } from '../../src/protocol/datatype.ts';
import type { Tensor } from '../../src/protocol/tensor.ts';
import { binaryByteLength, writeBinaryTensor } from '../../src/protocol/write-binary-tensor.ts';
import type { LoadRequest } from '../load-plan.ts';

/** Open Inference Protocol: tensors as JSON, flat and row-major. */
export function jsonBody(inputs: readonly Tensor[]): LoadRequest {
  const tensors = inputs.map(
    ({ name, datatype, shape, data }) =>
      `{"name":${JSON.stringify(name)},"shape":[${shape.join(',')}],"datatype":"${datatype}","data":[${Array.from<string | number | bigint, string>(data, (value) => jsonValue(value, datatype)).join(',')}]}`,
  );
  return {
    body: Buffer.from(`{"inputs":[${tensors.join(',')}]}`),
    headers: { 'content-type': 'application/json' },
  };
}

/** Triton's binary tensor extension: a JSON header, then the bytes of each input; outputs are asked for as bytes, too. */
export function binaryBody(inputs: readonly Tensor[]): LoadRequest {
  const header = Buffer.from(
    JSON.stringify({
      inputs: inputs.map((tensor) => ({
        name: tensor.name,
        shape: tensor.shape,
        datatype: tensor.datatype,
        parameters: { binary_data_size: binaryByteLength(tensor) },
      })),
      parameters: { binary_data_output: true },
    }),
  );
  const length = inputs.reduce((sum, tensor) => sum + binaryByteLength(tensor), header.length);
  const body = Buffer.alloc(length);
  header.copy(body);
  let position = header.length;
  for (const tensor of inputs) position = writeBinaryTensor(tensor, body, position);
  return {
    body,
    headers: {
      'content-type': 'application/octet-stream',
      'inference-header-content-length': String(header.length),
    },
  };
}

function jsonValue(value: string | number | bigint, datatype: Datatype): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (datatype === 'BOOL') return value === 0 ? 'false' : 'true';
  if (typeof value === 'bigint') return value.toString();
  if (datatype === 'FP32') return shortest(value, Math.fround);
  if (datatype === 'FP16') return shortest(value, Math.f16round);
  return JSON.stringify(value);
}

/** The fewest digits that are this number once they are rounded to its datatype: clients write 0.1, not 0.10000000149011612. */
function shortest(value: number, round: (number: number) => number): string {
  // Nine significant digits tell all FP32 apart.
  for (let digits = 1; digits < 9; digits++) {
    const text = Number(value.toPrecision(digits));
    if (round(text) === value) return String(text);
  }
  return String(Number(value.toPrecision(9)));
}
