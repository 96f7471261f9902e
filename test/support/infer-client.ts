import { type Datatype, datatypes } from '../../src/protocol/datatype.ts';
import { elementCount, type NumericData, type Tensor } from '../../src/protocol/tensor.ts';
import type { Answer } from './test-server.ts';

/**
 * An Open Inference Protocol client written apart from the server's codecs, by the specification, so that
 * the two check each other.
 */
export interface WireRequest {
  readonly body: string | Buffer;
  readonly headers: Record<string, string>;
}

export function jsonRequest(inputs: readonly Tensor[], extra: object = {}): WireRequest {
  const tensors = inputs.map(
    ({ name, datatype, shape, data }) =>
      `{"name":${JSON.stringify(name)},"shape":[${shape}],"datatype":"${datatype}","data":[${Array.from(data as readonly unknown[], (value) => jsonValue(value, datatype))}]}`,
  );
  const rest = JSON.stringify(extra).slice(1, -1);
  const body = `{"inputs":[${tensors}]${rest === '' ? '' : `,${rest}`}}`;
  return { body, headers: { 'content-type': 'application/json' } };
}

export function binaryRequest(inputs: readonly Tensor[], extra: object = {}): WireRequest {
  const parts = inputs.map(rawBytes);
  const header = Buffer.from(
    JSON.stringify({
      inputs: inputs.map(({ name, datatype, shape }, i) => ({
        ...{ name, datatype, shape },
        parameters: { binary_data_size: parts[i]!.length },
      })),
      parameters: { binary_data_output: true },
      ...extra,
    }),
  );
  return {
    body: Buffer.concat([header, ...parts]),
    headers: {
      'content-type': 'application/octet-stream',
      'inference-header-content-length': String(header.length),
    },
  };
}

/** Outputs of an answer, whichever of them are JSON and whichever binary. */
export function readTensors(answer: Answer): Tensor[] {
  const headerLength = answer.headers.get('inference-header-content-length');
  const end = headerLength === null ? answer.bytes.length : Number(headerLength);
  const header = answer.bytes.subarray(0, end).toString();
  // Digits of 16 and more are read as text, since JSON.parse would round them.
  const reply = JSON.parse(header.replace(/([[,:])(-?\d{16,})(?=[\],}])/g, '$1"$2"'));
  let offset = end;
  return reply.outputs.map((output: WireOutput): Tensor => {
    const { name, datatype, shape } = output;
    if (output.parameters?.binary_data_size === undefined) {
      return { name, datatype, shape, data: dataOf(datatype, output.data ?? []) };
    }
    const raw = answer.bytes.subarray(offset, offset + output.parameters.binary_data_size);
    offset += raw.length;
    return { name, datatype, shape, data: fromRaw(datatype, shape, raw) };
  });
}

interface WireOutput {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: number[];
  readonly data?: unknown[];
  readonly parameters?: { readonly binary_data_size?: number };
}

export function rawBytes({ datatype, data }: Tensor): Buffer {
  if (datatype === 'BYTES') {
    return Buffer.concat(
      (data as readonly string[]).flatMap((text) => {
        const bytes = Buffer.from(text);
        const length = Buffer.alloc(4);
        length.writeUInt32LE(bytes.length);
        return [length, bytes];
      }),
    );
  }
  const numbers = data as NumericData;
  return Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

function jsonValue(value: unknown, datatype: Datatype): string {
  if (datatype === 'BOOL') return value === 0 ? 'false' : 'true';
  return typeof value === 'bigint' ? value.toString() : JSON.stringify(value);
}

function dataOf(datatype: Datatype, values: unknown[]): Tensor['data'] {
  if (datatype === 'BYTES') return values as string[];
  if (datatype === 'INT64') return BigInt64Array.from(values, (value) => BigInt(value as string));
  if (datatype === 'UINT64') return BigUint64Array.from(values, (value) => BigInt(value as string));
  return (datatypes[datatype].array as Float64ArrayConstructor).from(
    values,
    Number,
  ) as unknown as Tensor['data'];
}

function fromRaw(datatype: Datatype, shape: readonly number[], raw: Buffer): Tensor['data'] {
  if (datatype !== 'BYTES') {
    const aligned = raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.length) as ArrayBuffer;
    return new datatypes[datatype].array(aligned);
  }
  const texts: string[] = [];
  for (let at = 0; texts.length < elementCount(shape); ) {
    const length = raw.readUInt32LE(at);
    texts.push(raw.toString('utf8', at + 4, at + 4 + length));
    at += 4 + length;
  }
  return texts;
}
