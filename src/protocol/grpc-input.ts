import { UnderstudyError } from '../errors.ts';
import { decodeBinaryTensor } from './binary-tensor.ts';
import { checkTensor } from './check-tensor.ts';
import { type Datatype, datatypes } from './datatype.ts';
import { readParameter } from './grpc-parameter.ts';
import { ProtobufReader, wireTypes } from './protobuf-reader.ts';
import { quoted } from './quoting.ts';
import type { ModelSignature } from './signature.ts';
import { planOf } from './signature-plan.ts';
import type { Tensor } from './tensor.ts';
import { notHonoured, unknownInput } from './tensor-refusals.ts';
import { readTypedContents } from './typed-contents.ts';

/** An `InferInputTensor` as it describes itself, checked against the signature; its values are still to be read. */
export interface GrpcInput {
  /** Place in the signature. */
  readonly index: number;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  readonly count: number;
  /** Null where there are no typed contents. */
  readonly contents: ProtobufReader | null;
}

/** Bytes of a `raw_input_contents`. */
export interface RawContents {
  readonly start: number;
  readonly end: number;
}

/** Reads the message of an input; `ordinal` is its place in the request. */
export function readGrpcInput(reader: ProtobufReader, signature: ModelSignature, ordinal: number): GrpcInput {
  let name = '';
  let datatypeText = '';
  const shape: number[] = [];
  let contents: ProtobufReader | null = null;
  const owner = (): string => (name === '' ? `inputs[${ordinal}]` : `Input ${quoted(name)}`);
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        name = reader.text(() => `inputs[${ordinal}]: its name`);
        break;
      case 2:
        datatypeText = reader.text(() => `${owner()}: its datatype`);
        break;
      case 3:
        readShape(reader, shape, owner);
        break;
      case 4:
        refuseParameter(readParameter(reader, owner).name, owner);
        break;
      case 5:
        contents = reader.message();
        break;
      default:
        reader.skip();
    }
  }
  const index = planOf(signature).inputs.indexOf(name);
  if (index === -1) throw unknownInput(name, signature);
  const datatype = datatypeOf(datatypeText, owner);
  const count = checkTensor(datatype, shape, signature.inputs[index]!, signature);
  return { index, datatype, shape, count, contents };
}

/** Reads the values: those of `raw` where it is not null, else the typed contents. */
export function readGrpcTensor(
  input: GrpcInput,
  name: string,
  bytes: Buffer,
  raw: RawContents | null,
): Tensor {
  const { datatype, shape, count, contents } = input;
  const owner = (): string => `Input ${quoted(name)}`;
  const data =
    raw === null
      ? readTypedContents(contents ?? new ProtobufReader(bytes, 0, 0), datatype, shape, count, owner)
      : decodeBinaryTensor(bytes, raw.start, raw.end - raw.start, datatype, shape, count, owner);
  return { name, datatype, shape, data };
}

function readShape(reader: ProtobufReader, shape: number[], owner: () => string): void {
  if (reader.wireType !== wireTypes.bytes) {
    shape.push(dimensionOf(reader, shape.length, owner));
    return;
  }
  const packed = reader.message();
  packed.wireType = wireTypes.varint;
  while (packed.position < packed.end) shape.push(dimensionOf(packed, shape.length, owner));
}

function dimensionOf(reader: ProtobufReader, axis: number, owner: () => string): number {
  const dimension = reader.integer();
  if (Number.isSafeInteger(dimension) && dimension >= 0) return dimension;
  throw new UnderstudyError(
    'WRONG_SHAPE',
    `${owner()}: dimension ${axis} of its shape is ${dimension}; it must be a whole number from 0 to 2^53 − 1.`,
  );
}

function datatypeOf(text: string, owner: () => string): Datatype {
  if (Object.hasOwn(datatypes, text)) return text as Datatype;
  throw new UnderstudyError(
    'WRONG_DATATYPE',
    `${owner()}: "datatype" is ${quoted(text)}; it must be one of ${Object.keys(datatypes).join(', ')}.`,
  );
}

function refuseParameter(name: string, owner: () => string): void {
  if (!name.startsWith('shared_memory_')) return;
  throw notHonoured(`${owner()}: the parameter ${quoted(name)}`, 'send the data as raw or as typed contents');
}
