import { type Datatype, datatypes } from '../../src/protocol/datatype.ts';
import { elementCount, type Tensor } from '../../src/protocol/tensor.ts';
import { Literal, type PlainJson, wholeNumberOf } from './plain-json.ts';

/** @throws where the elements of a tensor are not the values that JSON gave for it, row by row */
export function checkElements({ name, datatype, shape, data }: Tensor, values: readonly PlainJson[]): void {
  const count = elementCount(shape);
  if (data.length !== count || values.length !== count) {
    throw new Error(`input ${name} of ${count} elements has ${data.length}, and ${values.length} were given`);
  }
  for (const [i, value] of values.entries()) {
    const expected = elementOf(value, datatype);
    if (!Object.is(data[i], expected)) {
      throw new Error(`element ${i} of ${name} (${datatype}) is ${data[i]} instead of ${expected}`);
    }
  }
}

function elementOf(value: PlainJson, datatype: Datatype): unknown {
  if (!(value instanceof Literal)) return datatype === 'BOOL' ? Number(value) : value;
  if (datatype === 'FP32') return Math.fround(Number(value.text));
  if (datatype === 'FP16') return Math.f16round(Number(value.text));
  if (datatype === 'FP64') return Number(value.text);
  const whole = wholeNumberOf(value.text);
  return datatype === 'INT64' || datatype === 'UINT64' || whole === null ? whole : Number(whole);
}

/** @throws where the elements of a tensor are not those that lie in the bytes, little-endian, one after the other */
export function checkBytes({ name, datatype, shape, data }: Tensor, bytes: Buffer): void {
  const count = elementCount(shape);
  if (data.length !== count) throw new Error(`input ${name} of ${count} elements has ${data.length}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  for (let i = 0; i < count; i++) {
    let expected: unknown;
    if (datatype === 'BYTES') {
      const end = at + 4 + view.getUint32(at, true);
      expected = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
        bytes.subarray(at + 4, end),
      );
      at = end;
    } else {
      expected = elementAt(view, at, datatype);
      at += datatypes[datatype].bytes;
    }
    if (!Object.is(data[i], expected)) {
      throw new Error(`element ${i} of ${name} (${datatype}) is ${data[i]} instead of ${expected}`);
    }
  }
  if (at !== bytes.length) throw new Error(`of the ${bytes.length} bytes of ${name} only ${at} were read`);
}

function elementAt(view: DataView, at: number, datatype: Exclude<Datatype, 'BYTES'>): number | bigint {
  switch (datatype) {
    case 'BOOL':
    case 'UINT8':
      return view.getUint8(at);
    case 'INT8':
      return view.getInt8(at);
    case 'UINT16':
      return view.getUint16(at, true);
    case 'INT16':
      return view.getInt16(at, true);
    case 'UINT32':
      return view.getUint32(at, true);
    case 'INT32':
      return view.getInt32(at, true);
    case 'UINT64':
      return view.getBigUint64(at, true);
    case 'INT64':
      return view.getBigInt64(at, true);
    case 'FP16':
      return view.getFloat16(at, true);
    case 'FP32':
      return view.getFloat32(at, true);
    case 'FP64':
      return view.getFloat64(at, true);
  }
}
