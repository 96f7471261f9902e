import { InferenceSession, Tensor as OnnxTensor } from 'onnxruntime-node';
import { type Datatype, datatypeOfOnnx, datatypes } from '../../../src/protocol/datatype.ts';
import type { Tensor, TensorData } from '../../../src/protocol/tensor.ts';

/** Runs a model once in the real runtime; outputs by name, in the model's order. */
export async function runModel(
  model: Uint8Array | string,
  inputs: readonly Tensor[],
): Promise<ReadonlyMap<string, Tensor>> {
  // The two overloads of create take one or the other, not the union.
  const options: InferenceSession.SessionOptions = { intraOpNumThreads: 1, logSeverityLevel: 4 };
  const session =
    typeof model === 'string'
      ? await InferenceSession.create(model, options)
      : await InferenceSession.create(model, options);
  try {
    const feeds = Object.fromEntries(inputs.map((input) => [input.name, toOnnx(input)]));
    const outputs = await session.run(feeds, { logSeverityLevel: 4 });
    return new Map(session.outputNames.map((name) => [name, fromOnnx(name, outputs[name]!)]));
  } finally {
    await session.release();
  }
}

function toOnnx({ datatype, data, shape }: Tensor): OnnxTensor {
  const dims = [...shape];
  if (datatype === 'BYTES') return new OnnxTensor('string', Array.from(data, String), dims);
  const bits = data instanceof Float16Array ? new Uint16Array(data.buffer) : data;
  const tensor = Reflect.construct(OnnxTensor, [datatypes[datatype].onnx, bits, dims]);
  // The package turns the bits into a Float16Array, which the native side then does not know.
  if (datatype === 'FP16') Object.defineProperty(tensor, 'data', { value: bits });
  return tensor;
}

function fromOnnx(name: string, tensor: OnnxTensor): Tensor {
  const datatype: Datatype | undefined = datatypeOfOnnx(tensor.type);
  if (datatype === undefined) throw new Error(`Output '${name}' is a tensor of ${tensor.type}.`);
  const data: TensorData = Array.isArray(tensor.data) ? tensor.data.map(String) : (tensor.data as TensorData);
  return { name, datatype, shape: tensor.dims, data };
}

/** Numbers for tests, the same every time, between −1 and 1. */
export function inputX(rows: number, columns: number): Tensor {
  const data = Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i * 1.7));
  return { name: 'x', datatype: 'FP32', shape: [rows, columns], data };
}
