import { UnderstudyError } from '../errors.ts';
import type { ProtobufReader } from './protobuf-reader.ts';
import { quoted } from './quoting.ts';

/** A value of `InferParameter`; null where none is set. */
export type ParameterValue = boolean | number | string | null;

/** Fields of `InferParameter`. */
const fields = { bool: 1, int64: 2, string: 3, double: 4, uint64: 5 } as const;

/**
 * Reads an entry of `map<string, InferParameter>`, to which `reader` has stepped.
 *
 * @param owner begins a sentence: `The request`
 */
export function readParameter(
  reader: ProtobufReader,
  owner: () => string,
): { readonly name: string; readonly value: ParameterValue } {
  const entry = reader.message();
  let name = '';
  let value: ParameterValue = null;
  while (entry.next()) {
    if (entry.field === 1) name = entry.text(() => `${owner()}: the name of a parameter`);
    else if (entry.field === 2) value = readValue(entry.message(), () => `${owner()}: a parameter`);
    else entry.skip();
  }
  return { name, value };
}

function readValue(reader: ProtobufReader, what: () => string): ParameterValue {
  let value: ParameterValue = null;
  while (reader.next()) {
    switch (reader.field) {
      case fields.bool:
        value = reader.boolean();
        break;
      case fields.int64:
        value = reader.integer();
        break;
      case fields.string:
        value = reader.text(what);
        break;
      case fields.double:
        value = reader.double();
        break;
      case fields.uint64:
        reader.varint();
        value = reader.high * 2 ** 32 + reader.low;
        break;
      default:
        reader.skip();
    }
  }
  return value;
}

/** Names of parameters read so far, to refuse one that is given twice. */
export class SeenParameters {
  #names: Set<string> | null = null;

  /** @param owner begins a sentence. Errors: DUPLICATE_NAME. */
  add(name: string, owner: () => string): void {
    this.#names ??= new Set();
    if (this.#names.has(name)) {
      throw new UnderstudyError(
        'DUPLICATE_NAME',
        `${owner()}: the parameter ${quoted(name)} is given twice; give it once.`,
      );
    }
    this.#names.add(name);
  }
}

export function describeParameter(value: ParameterValue): string {
  return typeof value === 'string' ? quoted(value) : String(value ?? 'not set');
}
