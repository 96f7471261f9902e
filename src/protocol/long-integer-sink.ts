import { datatypes } from './datatype.ts';
import { exactInteger } from './json-number.ts';
import type { JsonReader } from './json-reader.ts';
import type { ValuePlace } from './value-place.ts';
import type { ValueSink } from './value-sink.ts';
import { wrongValue } from './wrong-value.ts';

export type LongIntegerDatatype = 'INT64' | 'UINT64';

const twoTo32 = 2 ** 32;

/** 64-bit integers, exact through their whole range; most fit a double and are written as two 32-bit words. */
export class LongIntegerSink implements ValueSink {
  data: BigInt64Array | BigUint64Array;
  /** The same memory, low word first. */
  #words: Int32Array;
  readonly #datatype: LongIntegerDatatype;
  readonly #lowest: bigint;
  readonly #highest: bigint;

  constructor(datatype: LongIntegerDatatype, count: number) {
    const signed = datatype === 'INT64';
    this.data = new datatypes[datatype].array(count);
    this.#words = new Int32Array(this.data.buffer);
    this.#datatype = datatype;
    this.#lowest = signed ? -(2n ** 63n) : 0n;
    this.#highest = signed ? 2n ** 63n - 1n : 2n ** 64n - 1n;
  }

  readOne(reader: JsonReader, index: number, place: ValuePlace): void {
    const first = reader.peek();
    const at = reader.position;
    if ((first < 0x30 || first > 0x39) && first !== 0x2d) {
      throw wrongValue(reader, at, index, this.#datatype, place);
    }
    const value = reader.readDecimal();
    if (Number.isSafeInteger(value) && (value >= 0 || this.#lowest !== 0n)) {
      this.#words[index * 2] = value | 0;
      this.#words[index * 2 + 1] = Math.floor(value / twoTo32) | 0;
      return;
    }
    const exact = exactInteger(reader.numberText());
    if (typeof exact !== 'bigint' || exact < this.#lowest || exact > this.#highest) {
      throw wrongValue(reader, at, index, this.#datatype, place);
    }
    this.data[index] = exact;
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
    this.#words = new Int32Array(resized.buffer);
  }
}
