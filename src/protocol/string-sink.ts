import type { JsonReader } from './json-reader.ts';
import { checkRepresentable } from './representable.ts';
import { placeText, type ValuePlace } from './value-place.ts';
import type { ValueSink } from './value-sink.ts';
import { wrongValue } from './wrong-value.ts';

/** BYTES: strings that ONNX Runtime will keep as they are. */
export class StringSink implements ValueSink {
  readonly data: string[] = [];

  readOne(reader: JsonReader, index: number, place: ValuePlace): void {
    if (reader.peekKind() !== 'string') throw wrongValue(reader, reader.position, index, 'BYTES', place);
    const text = reader.readString();
    checkRepresentable(text, () => placeText(place, index));
    this.data[index] = text;
  }

  readRun(reader: JsonReader, start: number, place: ValuePlace): number {
    let index = start;
    do this.readOne(reader, index++, place);
    while (reader.moreElements());
    return index - start;
  }

  /** Grows by itself. */
  resize(count: number): void {
    if (count < this.data.length) this.data.length = count;
  }
}
