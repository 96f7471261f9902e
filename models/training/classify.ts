import { InferenceSession, Tensor as OnnxTensor } from 'onnxruntime-node';
import type { Tensor } from '../../src/protocol/tensor.ts';

/** What the output `label` of a model says for every row, by the runtime that serves it. FP32 and BYTES inputs only. */
export async function classify(bytes: Uint8Array, inputs: readonly Tensor[]): Promise<readonly number[]> {
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1 });
  const feeds = Object.fromEntries(inputs.map((input) => [input.name, onnxTensor(input)]));
  const { label } = await session.run(feeds, ['label']);
  await session.release();
  if (!(label?.data instanceof BigInt64Array)) throw new Error("The model's output 'label' is not INT64.");
  return Array.from(label.data, Number);
}

function onnxTensor({ name, data, shape }: Tensor): OnnxTensor {
  if (data instanceof Float32Array) return new OnnxTensor('float32', data, shape);
  if (Array.isArray(data)) return new OnnxTensor('string', data, shape);
  throw new Error(`The input '${name}' is neither FP32 nor BYTES.`);
}
