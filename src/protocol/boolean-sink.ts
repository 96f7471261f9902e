import type { JsonReader } from './json-reader.ts';
import type { ValuePlace } from './value-place.ts';
import type { ValueSink } from './value-sink.ts';
import { wrongValue } from './wrong-value.ts';

/** BOOL: only `true` and `false`; 0, 1 and "true" are refused. */
export class BooleanSink implements ValueSink {
  data: Uint8Array;

  constructor(count: number) {
    this.data = new Uint8Array(count);
  }

  readOne(reader: JsonReader, index: number, place: ValuePlace): void {
    if (reader.peekKind() !== 'boolean') throw wrongValue(reader, reader.position, index, 'BOOL', place);
    this.data[index] = reader.readBoolean() ? 1 : 0;
  }

  readRun(reader: JsonReader, start: number, place: ValuePlace): number {
    let index = start;
    do this.readOne(reader, index++, place);
    while (reader.moreElements());
    return index - start;
  }

  resize(count: number): void {
    const resized = new Uint8Array(count);
    resized.set(count < this.data.length ? this.data.subarray(0, count) : this.data);
    this.data = resized;
  }
}
