import { UnderstudyError } from '../errors.ts';
import { JsonWriter } from './json-writer.ts';
import { quoted } from './quoting.ts';
import type { Tensor } from './tensor.ts';
import { binaryByteLength, writeBinaryTensor } from './write-binary-tensor.ts';

export interface InferReply {
  readonly model: string;
  readonly version: string;
  readonly id: string | null;
  readonly outputs: readonly Tensor[];
  /** Beside `outputs`: which of them go as binary data. */
  readonly binary: readonly boolean[];
}

export interface EncodedReply {
  /** In memory of its own. */
  readonly body: Uint8Array;
  /** Length of the JSON before the binary data (Inference-Header-Content-Length); null where there is no binary output. */
  readonly headerLength: number | null;
}

/** Encoding never yields, so one writer serves the whole thread. */
const writer = new JsonWriter();

/**
 * Encodes the reply of the Open Inference Protocol. JSON data is flat, row-major; binary data follows the JSON
 * in the order of the outputs.
 *
 * Errors: OUTPUT_NOT_JSON where a JSON output holds NaN or an infinity.
 */
export function encodeInferReply(reply: InferReply): EncodedReply {
  const { outputs, binary } = reply;
  writer.reset();
  writer.raw('{');
  if (reply.id !== null) {
    writer.raw('"id":');
    writer.string(reply.id);
    writer.raw(',');
  }
  writer.raw('"model_name":');
  writer.string(reply.model);
  writer.raw(',"model_version":');
  writer.string(reply.version);
  writer.raw(',"outputs":[');
  let binaryBytes = 0;
  let anyBinary = false;
  for (let index = 0; index < outputs.length; index++) {
    const output = outputs[index]!;
    if (index > 0) writer.raw(',');
    writeDescription(output);
    if (binary[index] === true) {
      const size = binaryByteLength(output);
      anyBinary = true;
      binaryBytes += size;
      writer.raw(',"parameters":{"binary_data_size":');
      writer.integer(size);
      writer.raw('}}');
    } else {
      writer.raw(',"data":[');
      writeData(output);
      writer.raw(']}');
    }
  }
  writer.raw(']}');
  if (!anyBinary) return { body: writer.copyOut(), headerLength: null };

  const headerLength = writer.length;
  const body = writer.copyOut(binaryBytes);
  let position = headerLength;
  for (let index = 0; index < outputs.length; index++) {
    if (binary[index] === true) position = writeBinaryTensor(outputs[index]!, body, position);
  }
  return { body, headerLength };
}

function writeDescription(output: Tensor): void {
  writer.raw('{"name":');
  writer.string(output.name);
  writer.raw(',"datatype":"');
  writer.raw(output.datatype);
  writer.raw('","shape":[');
  for (let axis = 0; axis < output.shape.length; axis++) {
    if (axis > 0) writer.raw(',');
    writer.integer(output.shape[axis]!);
  }
  writer.raw(']');
}

function writeData(output: Tensor): void {
  const { data } = output;
  if (data instanceof Float32Array) {
    for (let index = 0; index < data.length; index++) {
      if (index > 0) writer.raw(',');
      const value = data[index]!;
      if (!Number.isFinite(value)) throw notJson(output, index, value);
      writer.single(value);
    }
  } else if (data instanceof Float64Array || data instanceof Float16Array) {
    for (let index = 0; index < data.length; index++) {
      if (index > 0) writer.raw(',');
      const value = data[index]!;
      if (!Number.isFinite(value)) throw notJson(output, index, value);
      writer.double(value);
    }
  } else if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    for (let index = 0; index < data.length; index++) {
      if (index > 0) writer.raw(',');
      writer.bigint(data[index]!);
    }
  } else if (output.datatype === 'BOOL') {
    for (let index = 0; index < data.length; index++) {
      if (index > 0) writer.raw(',');
      writer.raw(data[index] === 0 ? 'false' : 'true');
    }
  } else writeTextOrIntegers(data);
}

function writeTextOrIntegers(data: Iterable<string | number>): void {
  let first = true;
  for (const value of data) {
    if (!first) writer.raw(',');
    first = false;
    if (typeof value === 'string') writer.string(value);
    else writer.integer(value);
  }
}

function notJson(output: Tensor, index: number, value: number): UnderstudyError {
  return new UnderstudyError(
    'OUTPUT_NOT_JSON',
    `The output ${quoted(output.name)} holds ${value} at index ${index}, which JSON cannot carry; ` +
      'ask for the output with the parameter "binary_data": true.',
  );
}
