import { approximationError } from './json-number.ts';
import type { JsonReader } from './json-reader.ts';
import type { ValuePlace } from './value-place.ts';
import type { ValueSink } from './value-sink.ts';
import { wrongValue } from './wrong-value.ts';

export type FloatDatatype = 'FP16' | 'FP32' | 'FP64';

/** Magnitudes from here on round to an infinity: halfway from the largest finite number to the next power of two. */
const overflowsFrom: Readonly<Record<FloatDatatype, number>> = {
  FP16: 65520,
  FP32: 2 ** 128 - 2 ** 103,
  FP64: Number.POSITIVE_INFINITY,
};

/** Floats: a literal becomes the nearest double, which is then rounded to the datatype, as every JSON client expects. */
export class FloatSink implements ValueSink {
  data: Float16Array | Float32Array | Float64Array;
  readonly #datatype: FloatDatatype;
  readonly #overflowsFrom: number;

  constructor(datatype: FloatDatatype, count: number) {
    this.data = allocate(datatype, count);
    this.#datatype = datatype;
    this.#overflowsFrom = overflowsFrom[datatype];
  }

  readOne(reader: JsonReader, index: number, place: ValuePlace): void {
    const first = reader.peek();
    const at = reader.position;
    if ((first < 0x30 || first > 0x39) && first !== 0x2d) {
      throw wrongValue(reader, at, index, this.#datatype, place);
    }
    let value = reader.readDecimal();
    if (Number.isNaN(value)) value = this.#settle(reader);
    if (value >= this.#overflowsFrom || value <= -this.#overflowsFrom) {
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
    const resized = allocate(this.#datatype, count);
    resized.set(count < this.data.length ? this.data.subarray(0, count) : this.data);
    this.data = resized;
  }

  /** Rounding is monotonic: where both ends of a range round to one number, so does all between them. */
  #settle(reader: JsonReader): number {
    if (this.#datatype !== 'FP64') {
      const lower = reader.approximate * (1 - approximationError);
      const upper = reader.approximate * (1 + approximationError);
      const settled =
        this.#datatype === 'FP32'
          ? Math.fround(lower) === Math.fround(upper)
          : Math.f16round(lower) === Math.f16round(upper);
      if (settled) return lower;
    }
    return reader.exactDecimal();
  }
}

/** Named one by one: every request passes here, and a constructor looked up in a table costs several times as much. */
function allocate(datatype: FloatDatatype, count: number): Float16Array | Float32Array | Float64Array {
  if (datatype === 'FP32') return new Float32Array(count);
  return datatype === 'FP64' ? new Float64Array(count) : new Float16Array(count);
}
