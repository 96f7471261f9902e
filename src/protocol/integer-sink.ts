import { datatypes } from './datatype.ts';
import { exactInteger } from './json-number.ts';
import type { JsonReader } from './json-reader.ts';
import type { ValuePlace } from './value-place.ts';
import type { ValueSink } from './value-sink.ts';
import { wrongValue } from './wrong-value.ts';

export type IntegerDatatype = 'UINT8' | 'UINT16' | 'UINT32' | 'INT8' | 'INT16' | 'INT32';

/** Integers of up to 32 bits. `1.0` and `1e2` are whole numbers, `1.5` and anything out of range are refused. */
export class IntegerSink implements ValueSink {
  data: Uint8Array | Uint16Array | Uint32Array | Int8Array | Int16Array | Int32Array;
  readonly #datatype: IntegerDatatype;
  readonly #lowest: number;
  readonly #highest: number;

  constructor(datatype: IntegerDatatype, count: number) {
    const bits = datatypes[datatype].bytes * 8;
    const signed = datatype.startsWith('INT');
    this.data = new datatypes[datatype].array(count);
    this.#datatype = datatype;
    this.#lowest = signed ? -(2 ** (bits - 1)) : 0;
    this.#highest = signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1;
  }

  readOne(reader: JsonReader, index: number, place: ValuePlace): void {
    const first = reader.peek();
    const at = reader.position;
    let value = Number.NaN;
    if ((first >= 0x30 && first <= 0x39) || first === 0x2d) {
      value = reader.readDecimal();
      if (Number.isNaN(value)) value = settle(reader.numberText());
    }
    if (!(value >= this.#lowest && value <= this.#highest && Number.isInteger(value))) {
      throw wrongValue(reader, at, index, this.#datatype, place);
    }
    this.data[index] = value;
  }

  readRun(reader: JsonReader, start: number, place: ValuePlace): number {
    let index = start;
    do this.readOne(reader, index++, place);
    while (reader.moreElements());
    return index - start;
  }

  resize(count: number): void {
    const resized = new datatypes[this.#datatype].array(count);
    resized.set(count < this.data.length ? this.data.subarray(0, count) : this.data);
    this.data = resized;
  }
}

/** A literal of too many digits for the fast way, such as `1.00000000000000000000`; NaN where it fits no integer. */
function settle(literal: string): number {
  const exact = exactInteger(literal);
  return typeof exact === 'bigint' ? Number(exact) : Number.NaN;
}
