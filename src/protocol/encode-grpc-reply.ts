import { wireTypes } from './protobuf-reader.ts';
import { ProtobufWriter } from './protobuf-writer.ts';
import type { Tensor } from './tensor.ts';
import { contentsFields } from './typed-contents.ts';
import { binaryByteLength, writeBinaryTensor } from './write-binary-tensor.ts';

export interface GrpcReply {
  readonly model: string;
  readonly version: string;
  readonly id: string;
  readonly outputs: readonly Tensor[];
  /** As `raw_output_contents`. */
  readonly raw: boolean;
}

/** Fields of `ModelInferResponse`. */
const replyFields = { modelName: 1, modelVersion: 2, id: 3, outputs: 5, rawOutputContents: 6 } as const;
/** Fields of `InferOutputTensor`. */
const outputFields = { name: 1, datatype: 2, shape: 3, contents: 5 } as const;

/** Encoding never yields, so one writer serves the whole thread. */
const writer = new ProtobufWriter();

/**
 * Encodes a `ModelInferResponse`, in memory of its own. All outputs are raw where one of them is FP16: typed contents
 * have no place for that, and either all outputs are raw or none is.
 */
export function encodeGrpcReply(reply: GrpcReply): Uint8Array {
  const { outputs } = reply;
  const raw = reply.raw || outputs.some(({ datatype }) => contentsFields[datatype] === null);
  writer.reset();
  writer.text(replyFields.modelName, reply.model);
  writer.text(replyFields.modelVersion, reply.version);
  writer.text(replyFields.id, reply.id);
  for (const output of outputs) {
    const start = writer.open(replyFields.outputs);
    writer.text(outputFields.name, output.name);
    writer.text(outputFields.datatype, output.datatype);
    writeShape(output.shape);
    if (!raw) writeContents(output);
    writer.close(start);
  }
  if (raw) {
    for (const output of outputs) {
      const at = writer.bytes(replyFields.rawOutputContents, binaryByteLength(output));
      writeBinaryTensor(output, writer.buffer, at);
    }
  }
  return writer.copyOut();
}

function writeShape(shape: readonly number[]): void {
  if (shape.length === 0) return;
  const start = writer.open(outputFields.shape);
  for (const dimension of shape) writer.varint(dimension);
  writer.close(start);
}

function writeContents(output: Tensor): void {
  const contents = writer.open(outputFields.contents);
  const { field, wireType } = contentsFields[output.datatype]!;
  const { data } = output;
  if (data.length === 0) {
    // An empty list is not written.
  } else if (wireType === wireTypes.bytes) {
    for (const text of data as readonly string[]) {
      const at = writer.bytes(field, Buffer.byteLength(text, 'utf8'));
      writer.buffer.write(text, at, 'utf8');
    }
  } else if (wireType === wireTypes.varint) {
    const packed = writer.open(field);
    writeVarints(data);
    writer.close(packed);
  } else {
    const at = writer.bytes(field, binaryByteLength(output));
    writeBinaryTensor(output, writer.buffer, at);
  }
  writer.close(contents);
}

function writeVarints(data: Tensor['data']): void {
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    const halves = new Uint32Array(data.buffer, data.byteOffset, data.length * 2);
    for (let i = 0; i < halves.length; i += 2) writer.varint64(halves[i]!, halves[i + 1]!);
    return;
  }
  // A negative int32 is written as if it were an int64, as protobuf wants it.
  for (const value of data as Int32Array) writer.varint64(value, value < 0 ? -1 : 0);
}
