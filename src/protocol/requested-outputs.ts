import { UnderstudyError } from '../errors.ts';
import { describeValue } from './describe-value.ts';
import type { JsonReader } from './json-reader.ts';
import { NameTable } from './name-table.ts';
import { expectParameters, readFlag } from './request-parameters.ts';
import { SeenKeys } from './seen-keys.ts';
import type { ModelSignature } from './signature.ts';
import { planOf } from './signature-plan.ts';
import { notHonoured, repeatedOutput, unknownOutput } from './tensor-refusals.ts';

/** An output that was asked for; `binary` is null where the request as a whole decides. */
export interface RequestedOutput {
  readonly name: string;
  readonly binary: boolean | null;
}

const outputKeys = new NameTable(['name', 'parameters']);
const parameterKeys = new NameTable(['binary_data', 'classification', 'shared_memory_region']);

/** Reads the array `outputs` at the reader; empty means all. */
export function readRequestedOutputs(reader: JsonReader, signature: ModelSignature): RequestedOutput[] {
  if (reader.peekKind() !== 'array') {
    throw new UnderstudyError(
      'INVALID_REQUEST',
      `"outputs" is ${describeValue(reader)}; it must be an array of objects with a "name".`,
    );
  }
  const outputs: RequestedOutput[] = [];
  const asked = new Set<string>();
  for (let more = reader.enterArray(); more; more = reader.moreElements()) {
    const output = readOutput(reader, signature, outputs.length);
    if (asked.has(output.name)) throw repeatedOutput(output.name);
    asked.add(output.name);
    outputs.push(output);
  }
  return outputs;
}

function readOutput(reader: JsonReader, signature: ModelSignature, index: number): RequestedOutput {
  if (reader.peekKind() !== 'object') {
    throw new UnderstudyError(
      'INVALID_REQUEST',
      `outputs[${index}] is ${describeValue(reader)}; it must be an object with a "name".`,
    );
  }
  const seen = new SeenKeys();
  let name: string | null = null;
  let binary: boolean | null = null;
  for (let more = reader.enterObject(); more; more = reader.moreMembers()) {
    const key = seen.next(reader, outputKeys);
    if (key === 0) name = readOutputName(reader, signature, index);
    else if (key === 1) binary = readOutputParameters(reader, `outputs[${index}]`);
    else reader.skipValue();
  }
  if (name === null) {
    throw new UnderstudyError(
      'INVALID_REQUEST',
      `outputs[${index}] has no "name"; say which output is wanted.`,
    );
  }
  return { name, binary };
}

function readOutputName(reader: JsonReader, signature: ModelSignature, index: number): string {
  if (reader.peekKind() !== 'string') {
    throw new UnderstudyError(
      'INVALID_REQUEST',
      `outputs[${index}]: "name" is ${describeValue(reader)}; it must be a string.`,
    );
  }
  const table = planOf(signature).outputs;
  const found = reader.readName(table);
  if (found !== -1) return table.names[found]!;
  throw unknownOutput(reader.text, signature);
}

function readOutputParameters(reader: JsonReader, owner: string): boolean | null {
  expectParameters(reader, owner);
  const seen = new SeenKeys();
  let binary: boolean | null = null;
  for (let more = reader.enterObject(); more; more = reader.moreMembers()) {
    switch (seen.next(reader, parameterKeys)) {
      case 0:
        binary = readFlag(reader, `${owner}: the parameter "binary_data"`);
        break;
      case 1:
        throw notHonoured(
          `${owner}: the parameter "classification"`,
          'ask for the scores and rank them, or use /predict',
        );
      case 2:
        throw notHonoured(
          `${owner}: the parameter "shared_memory_region"`,
          'take the output as JSON or as binary data',
        );
      default:
        reader.skipValue();
    }
  }
  return binary;
}
