import { UnderstudyError } from '../errors.ts';
import { decodeString } from './binary-tensor.ts';
import { type Datatype, datatypes } from './datatype.ts';
import { type ProtobufReader, wireTypes } from './protobuf-reader.ts';
import { counted, shapeText } from './quoting.ts';
import type { NumericData, TensorData } from './tensor.ts';
import { datatypeTakes } from './wrong-value.ts';

interface ContentsField {
  readonly field: number;
  readonly name: string;
  /** Of one value, and of each in a packed list. */
  readonly wireType: number;
}

const { varint, fixed32, fixed64, bytes } = wireTypes;
const int: ContentsField = { field: 2, name: 'int_contents', wireType: varint };
const uint: ContentsField = { field: 4, name: 'uint_contents', wireType: varint };

/** Where `InferTensorContents` has the values of a datatype; FP16 has no place there. */
export const contentsFields: Readonly<Record<Datatype, ContentsField | null>> = {
  BOOL: { field: 1, name: 'bool_contents', wireType: varint },
  INT8: int,
  INT16: int,
  INT32: int,
  INT64: { field: 3, name: 'int64_contents', wireType: varint },
  UINT8: uint,
  UINT16: uint,
  UINT32: uint,
  UINT64: { field: 5, name: 'uint64_contents', wireType: varint },
  FP16: null,
  FP32: { field: 6, name: 'fp32_contents', wireType: fixed32 },
  FP64: { field: 7, name: 'fp64_contents', wireType: fixed64 },
  BYTES: { field: 8, name: 'bytes_contents', wireType: bytes },
};

/** The fewest bytes of a value on the wire: more values than that cannot be there. */
const fewestBytes: Readonly<Record<number, number>> = { [varint]: 1, [fixed32]: 4, [fixed64]: 8, [bytes]: 2 };

/**
 * Reads an `InferTensorContents` message: row-major values, packed or one by one. `owner` begins a sentence:
 * `Input "x"`.
 *
 * Errors: WRONG_DATATYPE (values in the place of another datatype), WRONG_LENGTH, WRONG_VALUE, and those of text.
 */
export function readTypedContents(
  reader: ProtobufReader,
  datatype: Datatype,
  shape: readonly number[],
  count: number,
  owner: () => string,
): TensorData {
  const place = contentsFields[datatype];
  if (place === null) {
    throw new UnderstudyError(
      'WRONG_DATATYPE',
      `${owner()} is ${datatype}, which typed contents have no place for; send it as raw_input_contents.`,
    );
  }
  const mostValues = Math.floor((reader.end - reader.position) / fewestBytes[place.wireType]!);
  if (count > mostValues) throw wrongCount(null, place, shape, count, owner);
  const sink = datatype === 'BYTES' ? null : new datatypes[datatype].array(count);
  const texts: string[] = [];
  const readOne: ReadOne = sink
    ? readerInto(sink, datatype, owner)
    : (from, index) => {
        texts[index] = readText(from, index, owner);
      };
  let found = 0;
  while (reader.next()) {
    if (reader.field !== place.field) refuseOther(reader, datatype, place, owner);
    else if (sink !== null && reader.wireType === bytes) {
      const packed = reader.message();
      // There are no tags in a packed list to say how a value lies.
      packed.wireType = place.wireType;
      while (packed.position < packed.end) readOne(packed, found++);
    } else readOne(reader, found++);
  }
  if (found !== count) throw wrongCount(found, place, shape, count, owner);
  return sink ?? texts;
}

type ReadOne = (reader: ProtobufReader, index: number) => void;

/** Writing past the end of a typed array does nothing, so values beyond the count are read and counted all the same. */
function readerInto(sink: NumericData, datatype: Datatype, owner: () => string): ReadOne {
  if (sink instanceof Float32Array) {
    return (reader, index) => {
      sink[index] = reader.float();
    };
  }
  if (sink instanceof Float64Array) {
    return (reader, index) => {
      sink[index] = reader.double();
    };
  }
  if (sink instanceof BigInt64Array || sink instanceof BigUint64Array) {
    const halves = new Uint32Array(sink.buffer);
    return (reader, index) => {
      reader.varint();
      halves[index * 2] = reader.low;
      halves[index * 2 + 1] = reader.high;
    };
  }
  if (datatype === 'BOOL') {
    return (reader, index) => {
      sink[index] = reader.boolean() ? 1 : 0;
    };
  }
  return (reader, index) => {
    const value = reader.integer();
    sink[index] = value;
    if (index >= sink.length || sink[index] === value) return;
    throw new UnderstudyError(
      'WRONG_VALUE',
      `${owner()}: element ${index} is ${value}; ${datatype} takes ${datatypeTakes[datatype]}.`,
    );
  };
}

function readText(reader: ProtobufReader, index: number, owner: () => string): string {
  const end = reader.length() + reader.position;
  const text = decodeString(reader.bytes, reader.position, end, () => `${owner()}: element ${index}`);
  reader.position = end;
  return text;
}

function refuseOther(
  reader: ProtobufReader,
  datatype: Datatype,
  place: ContentsField,
  owner: () => string,
): void {
  const other = Object.values(contentsFields).find((one) => one?.field === reader.field);
  // An empty list is left out by most writers, and says nothing where it is not.
  const isEmpty =
    reader.wireType === bytes && other?.wireType !== bytes && reader.bytes[reader.position] === 0;
  if (other && !isEmpty) {
    throw new UnderstudyError(
      'WRONG_DATATYPE',
      `${owner()} has values in ${other.name}; those of ${datatype} belong into ${place.name}.`,
    );
  }
  reader.skip();
}

function wrongCount(
  found: number | null,
  { name }: ContentsField,
  shape: readonly number[],
  count: number,
  owner: () => string,
): UnderstudyError {
  return new UnderstudyError(
    'WRONG_LENGTH',
    `${owner()} has ${found === null ? 'fewer values' : counted(found, 'value')} in ${name}${found === null ? ' than its shape says' : ''}; ` +
      `the shape ${shapeText(shape)} needs ${counted(count, 'value')}.`,
  );
}
