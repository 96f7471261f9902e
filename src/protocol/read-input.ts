import { UnderstudyError } from '../errors.ts';
import { checkTensor } from './check-tensor.ts';
import { type Datatype, datatypes } from './datatype.ts';
import { describeValue } from './describe-value.ts';
import type { InputDraft } from './input-draft.ts';
import type { JsonReader } from './json-reader.ts';
import { readTensorData } from './json-tensor.ts';
import { NameTable } from './name-table.ts';
import { listed, quoted } from './quoting.ts';
import { expectParameters } from './request-parameters.ts';
import { SeenKeys } from './seen-keys.ts';
import type { ModelSignature } from './signature.ts';
import { planOf } from './signature-plan.ts';
import type { TensorData } from './tensor.ts';
import { notHonoured, unknownInput } from './tensor-refusals.ts';
import { readShape } from './tensor-shape.ts';
import type { ValuePlace } from './value-place.ts';

const inputKeys = new NameTable(['name', 'shape', 'datatype', 'parameters', 'data']);
const parameterKeys = new NameTable(['binary_data_size', 'shared_memory_region']);
const datatypeNames = Object.keys(datatypes).filter(isDatatype);
const datatypeTable = new NameTable(datatypeNames);

/** Reads one element of `inputs`; keys may come in any order. `ordinal` is its place there. */
export function readInput(reader: JsonReader, signature: ModelSignature, ordinal: number): InputDraft {
  if (reader.peekKind() !== 'object') {
    throw new UnderstudyError(
      'INVALID_REQUEST',
      `inputs[${ordinal}] is ${describeValue(reader)}; it must be an object with "name", "shape", "datatype" and "data".`,
    );
  }
  const table = planOf(signature).inputs;
  const seen = new SeenKeys();
  let index = -1;
  let shape: number[] | null = null;
  let datatype: Datatype | null = null;
  let binarySize: number | null = null;
  let data: TensorData | null = null;
  let count = 0;
  /** Where the data begins; it is read as soon as name, shape and datatype are known. */
  let dataAt = -1;
  let dataDepth = 0;
  const owner = () => (index === -1 ? `inputs[${ordinal}]` : `Input ${quoted(table.names[index]!)}`);

  for (let more = reader.enterObject(); more; more = reader.moreMembers()) {
    switch (seen.next(reader, inputKeys)) {
      case 0:
        index = readInputName(reader, signature, ordinal);
        break;
      case 1:
        shape = readShape(reader, owner);
        break;
      case 2:
        datatype = readDatatype(reader, owner);
        break;
      case 3:
        binarySize = readInputParameters(reader, owner);
        break;
      case 4:
        if (index !== -1 && shape !== null && datatype !== null) {
          count = checkTensor(datatype, shape, signature.inputs[index]!, signature);
          data = readTensorData(reader, datatype, shape, count, placeOf(owner));
        } else {
          reader.peek();
          dataAt = reader.position;
          dataDepth = reader.depth;
          reader.skipValue();
        }
        break;
      default:
        reader.skipValue();
    }
  }

  if (index === -1) throw lacks(owner(), 'name', `it must be ${listed(table.names)}`);
  if (shape === null) throw lacks(owner(), 'shape', 'give it as an array of whole numbers, such as [1,32]');
  if (datatype === null)
    throw lacks(owner(), 'datatype', `it must be "${signature.inputs[index]!.datatype}"`);
  if (data === null) count = checkTensor(datatype, shape, signature.inputs[index]!, signature);
  if (dataAt !== -1) {
    const after = reader.position;
    const depth = reader.depth;
    reader.returnTo(dataAt, dataDepth);
    data = readTensorData(reader, datatype, shape, count, placeOf(owner));
    reader.returnTo(after, depth);
  }
  if (data === null && binarySize === null) {
    throw lacks(
      owner(),
      'data',
      'give the values there, or the parameter "binary_data_size" and the bytes after the JSON',
    );
  }
  if (data !== null && binarySize !== null) {
    throw new UnderstudyError(
      'INVALID_REQUEST',
      `${owner()} has both "data" and the parameter "binary_data_size"; give one of them.`,
    );
  }
  return { index, datatype, shape, count, data, binarySize };
}

function readInputName(reader: JsonReader, signature: ModelSignature, ordinal: number): number {
  if (reader.peekKind() !== 'string') {
    throw new UnderstudyError(
      'INVALID_REQUEST',
      `inputs[${ordinal}]: "name" is ${describeValue(reader)}; it must be a string.`,
    );
  }
  const index = reader.readName(planOf(signature).inputs);
  if (index !== -1) return index;
  throw unknownInput(reader.text, signature);
}

function readDatatype(reader: JsonReader, owner: () => string): Datatype {
  if (reader.peekKind() === 'string') {
    const at = reader.position;
    const index = reader.readName(datatypeTable);
    if (index !== -1) return datatypeNames[index]!;
    reader.position = at;
  }
  throw new UnderstudyError(
    'WRONG_DATATYPE',
    `${owner()}: "datatype" is ${describeValue(reader)}; it must be one of ${datatypeNames.join(', ')}.`,
  );
}

/** The parameter `binary_data_size`, null where it is not given. */
function readInputParameters(reader: JsonReader, owner: () => string): number | null {
  expectParameters(reader, owner());
  const seen = new SeenKeys();
  let binarySize: number | null = null;
  for (let more = reader.enterObject(); more; more = reader.moreMembers()) {
    const key = seen.next(reader, parameterKeys);
    if (key === 1) {
      throw notHonoured(
        `${owner()}: the parameter "shared_memory_region"`,
        'send the data as JSON or as binary data',
      );
    }
    if (key === 0) binarySize = readBinarySize(reader, owner);
    else reader.skipValue();
  }
  return binarySize;
}

function readBinarySize(reader: JsonReader, owner: () => string): number {
  const kind = reader.peekKind();
  const at = reader.position;
  const size = kind === 'number' ? reader.readDecimal() : Number.NaN;
  if (Number.isSafeInteger(size) && size >= 0) return size;
  reader.position = at;
  throw new UnderstudyError(
    'INVALID_REQUEST',
    `${owner()}: the parameter "binary_data_size" is ${describeValue(reader)}; it must be the number of bytes.`,
  );
}

function placeOf(owner: () => string): ValuePlace {
  return { owner, row: -1, root: 'data', path: [], start: 0, bare: false };
}

function lacks(owner: string, key: string, right: string): UnderstudyError {
  return new UnderstudyError('INVALID_REQUEST', `${owner} has no ${quoted(key)}; ${right}.`);
}

function isDatatype(name: string): name is Datatype {
  return name in datatypes;
}
