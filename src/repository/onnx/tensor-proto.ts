import type { Datatype } from '../../protocol/datatype.ts';
import { datatypes } from '../../protocol/datatype.ts';
import type { NumericData, Tensor, TensorData } from '../../protocol/tensor.ts';
import { elementCount } from '../../protocol/tensor.ts';
import { datatypeOfElementType, elementTypeName, elementTypeOf } from './element-type.ts';
import type { OnnxTensor } from './model.ts';
import { type Draft, tensorCodec } from './schema.ts';

const text = new TextDecoder('utf-8', { fatal: true });

/** A TensorProto of its own, as the standard's test data is stored. */
export function parseTensor(bytes: Uint8Array): Tensor {
  return tensorOf(tensorCodec.decode(bytes));
}

export function encodeTensor(tensor: Tensor): Uint8Array {
  return tensorCodec.encode(tensorProtoOf(tensor));
}

/** The elements in memory of their own. Throws where the type cannot be served or the elements do not fill the shape. */
export function tensorOf(proto: OnnxTensor): Tensor {
  const name = proto.name ?? '';
  const datatype = datatypeOfElementType(proto.dataType ?? 0);
  if (datatype === undefined)
    throw new Error(
      `Tensor '${name}' holds ${elementTypeName(proto.dataType ?? 0)}, for which there is no datatype.`,
    );
  if (proto.dataLocation === 1) throw new Error(`Tensor '${name}' keeps its elements in another file.`);
  const shape = proto.dims.map(Number);
  const data = dataOf(proto, datatype);
  if (data.length !== elementCount(shape))
    throw new Error(`Tensor '${name}' of shape [${shape.join(', ')}] holds ${data.length} elements.`);
  return { name, datatype, shape, data };
}

function dataOf(proto: OnnxTensor, datatype: Datatype): TensorData {
  if (datatype === 'BYTES') return proto.stringData.map((bytes) => text.decode(bytes));
  const raw = proto.rawData;
  if (raw === undefined || raw.byteLength === 0) return typedData(proto, datatype);
  const { bytes, array } = datatypes[datatype];
  if (raw.byteLength % bytes !== 0)
    throw new Error(`Tensor '${proto.name ?? ''}' has ${raw.byteLength} bytes, no multiple of ${bytes}.`);
  // The view inside the message need not be aligned, so its bytes are copied first.
  return new array(new Uint8Array(raw).buffer);
}

/** Which list of a TensorProto holds which datatype is part of the standard. */
function typedData(proto: OnnxTensor, datatype: Exclude<Datatype, 'BYTES'>): NumericData {
  switch (datatype) {
    case 'FP32':
      return Float32Array.from(proto.floatData);
    case 'FP64':
      return Float64Array.from(proto.doubleData);
    case 'INT64':
      return BigInt64Array.from(proto.int64Data);
    case 'UINT64':
      return BigUint64Array.from(proto.uint64Data);
    case 'UINT32':
      return Uint32Array.from(proto.uint64Data, Number);
    case 'FP16':
      // Each int32 holds the 16 bits of a half-precision number.
      return new Float16Array(Uint16Array.from(proto.int32Data).buffer);
    default:
      return datatypes[datatype].array.from(proto.int32Data);
  }
}

/** A TensorProto with `raw_data`, or `string_data` for strings. */
export function tensorProtoOf(tensor: Tensor): Draft<OnnxTensor> {
  const described = {
    name: tensor.name,
    dims: tensor.shape.map(BigInt),
    dataType: elementTypeOf(tensor.datatype),
  };
  if (isNumeric(tensor.data)) {
    const { buffer, byteOffset, byteLength } = tensor.data;
    return { ...described, rawData: new Uint8Array(buffer, byteOffset, byteLength) };
  }
  const encoder = new TextEncoder();
  return { ...described, stringData: tensor.data.map((string) => encoder.encode(string)) };
}

function isNumeric(data: TensorData): data is NumericData {
  return ArrayBuffer.isView(data);
}
