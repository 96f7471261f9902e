import { type InferenceSession, Tensor as OnnxTensor } from 'onnxruntime-node';
import { UnderstudyError } from '../../errors.ts';
import { datatypeOfOnnx, datatypes } from '../../protocol/datatype.ts';
import type { TensorSpec } from '../../protocol/signature.ts';
import type { Tensor } from '../../protocol/tensor.ts';

/** @throws UnderstudyError MODEL_NOT_READY for what the protocol's tensors cannot carry */
export function specOf(side: 'input' | 'output', value: InferenceSession.ValueMetadata): TensorSpec {
  if (!value.isTensor) {
    throw new UnderstudyError(
      'MODEL_NOT_READY',
      `${side} "${value.name}" is not a tensor; only tensors can be served`,
    );
  }
  const datatype = datatypeOfOnnx(value.type);
  if (datatype === undefined) {
    throw new UnderstudyError(
      'MODEL_NOT_READY',
      `${side} "${value.name}" is of type ${value.type}, which cannot be served; cast it in the graph to one of ${Object.keys(datatypes).join(', ')}`,
    );
  }
  return {
    name: value.name,
    datatype,
    shape: value.shape.map((size) => (typeof size === 'number' ? size : -1)),
  };
}

export function toOnnx(tensor: Tensor): OnnxTensor {
  const dims = [...tensor.shape];
  if (tensor.datatype === 'BYTES') return new OnnxTensor('string', tensor.data as string[], dims);
  const onnx = new OnnxTensor(datatypes[tensor.datatype].onnx, tensor.data as Uint8Array, dims);
  if (!(tensor.data instanceof Float16Array)) return onnx;
  // The binding knows no Float16Array (it finds no bytes in one), and the class turns anything else into one.
  const { buffer, byteOffset, length } = tensor.data;
  return Object.create(onnx, { data: { value: new Uint16Array(buffer, byteOffset, length) } }) as OnnxTensor;
}

export function fromOnnx(spec: TensorSpec, value: OnnxTensor): Tensor {
  return { name: spec.name, datatype: spec.datatype, shape: value.dims, data: value.data as Tensor['data'] };
}
