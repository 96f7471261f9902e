import { UnderstudyError } from '../errors.ts';
import type { RowInput } from './feature-plan.ts';
import type { JsonReader } from './json-reader.ts';
import { mostElements, readValues } from './json-tensor.ts';
import { openSink } from './open-sink.ts';
import { counted, shapeText } from './quoting.ts';
import { elementCount, type Tensor } from './tensor.ts';
import { arrayText, type ValuePlace } from './value-place.ts';
import type { ValueSink } from './value-sink.ts';

/** Gathers the rows of one input as they are read; grows with what is there, never with what is declared. */
export class RowBuilder {
  readonly #input: RowInput;
  readonly #sink: ValueSink;
  #capacity = 0;
  /** Shape of every row; dynamic dimensions are those of the first row. */
  #rowShape: readonly number[] | null;
  #rowSize: number;

  constructor(input: RowInput) {
    this.#input = input;
    this.#sink = openSink(input.spec.datatype, 0);
    this.#rowShape = input.rowShape.includes(-1) ? null : input.rowShape;
    this.#rowSize = this.#rowShape === null ? 0 : elementCount(this.#rowShape);
  }

  /** Reads the value at the reader as a whole row: flat or nested, and bare where a row is one value. */
  readRow(reader: JsonReader, row: number, owner: () => string): void {
    const place = this.#place(row, owner, row);
    if (this.#rowShape === null) {
      this.#rowShape = measureRow(reader, this.#input.rowShape, place);
      this.#rowSize = elementCount(this.#rowShape);
    }
    const start = row * this.#rowSize;
    place.start = start;
    this.#reserve(start + Math.min(this.#rowSize, mostElements(reader)));
    const { datatype } = this.#input.spec;
    readValues(reader, this.#sink, datatype, this.#rowShape, this.#rowSize, place, this.#rowSize === 1);
  }

  /** Reads the value at the reader as one column of a row. */
  readColumn(reader: JsonReader, row: number, column: number, owner: () => string): void {
    const index = row * this.#rowSize + column;
    this.#reserve((row + 1) * this.#rowSize);
    const place = this.#place(row, owner, index);
    place.bare = true;
    this.#sink.readOne(reader, index, place);
  }

  finish(rows: number): Tensor {
    const { spec, hasRows } = this.#input;
    const rowShape = this.#rowShape ?? this.#input.rowShape;
    this.#sink.resize(rows * this.#rowSize);
    return {
      name: spec.name,
      datatype: spec.datatype,
      shape: hasRows ? [rows, ...rowShape] : rowShape,
      data: this.#sink.data,
    };
  }

  #place(row: number, owner: () => string, start: number): ValuePlace {
    return { owner, row: this.#input.hasRows ? row : -1, root: '', path: [], start, bare: false };
  }

  #reserve(count: number): void {
    if (count <= this.#capacity) return;
    this.#capacity = Math.max(count, this.#capacity * 2);
    this.#sink.resize(this.#capacity);
  }
}

/** The shape of the row at the reader, whose dynamic dimensions only the data can tell. */
function measureRow(reader: JsonReader, declared: readonly number[], place: ValuePlace): number[] {
  const found = nestingOf(reader);
  if (found.length === 0 && declared.length === 1) found.push(1);
  if (found.length !== declared.length) {
    throw new UnderstudyError(
      'WRONG_SHAPE',
      `${arrayText(place)} has ${counted(found.length, 'level')} of arrays; a row of shape ${shapeText(declared)} (-1 stands for any size) needs ${declared.length}.`,
    );
  }
  return declared.map((size, axis) => (size === -1 ? found[axis]! : size));
}

/** Lengths of the first arrays at every level of the value at the reader, which stays where it is. */
function nestingOf(reader: JsonReader): number[] {
  const sizes: number[] = [];
  reader.peek();
  const { position, depth } = reader;
  while (reader.peekKind() === 'array') {
    const inside = reader.position;
    const level = reader.depth;
    let size = 0;
    for (let more = reader.enterArray(); more; more = reader.moreElements()) {
      reader.skipValue();
      size++;
    }
    sizes.push(size);
    reader.returnTo(inside, level);
    if (!reader.enterArray()) break;
  }
  reader.returnTo(position, depth);
  return sizes;
}
