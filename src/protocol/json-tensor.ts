import { UnderstudyError } from '../errors.ts';
import type { Datatype } from './datatype.ts';
import { describeValue } from './describe-value.ts';
import type { JsonReader } from './json-reader.ts';
import { openSink } from './open-sink.ts';
import { counted, shapeText } from './quoting.ts';
import type { TensorData } from './tensor.ts';
import { arrayText, type ValuePlace } from './value-place.ts';
import type { ValueSink } from './value-sink.ts';
import { datatypeTakes } from './wrong-value.ts';

/**
 * Reads the `data` of a tensor: one flat array in row-major order, or arrays nested as the shape says, or for
 * a scalar its bare value. A declared shape allocates no more than the bytes that are there could fill.
 *
 * Errors: WRONG_SHAPE (nesting does not follow the shape), WRONG_LENGTH (flat length), WRONG_VALUE, UNREPRESENTABLE_STRING.
 */
export function readTensorData(
  reader: JsonReader,
  datatype: Datatype,
  shape: readonly number[],
  count: number,
  place: ValuePlace,
): TensorData {
  const sink = openSink(datatype, Math.min(count, mostElements(reader)));
  readValues(reader, sink, datatype, shape, count, place, shape.length === 0);
  return sink.data;
}

/** How many elements the rest of the text can hold: each takes a byte at least, and a comma between two. */
export function mostElements(reader: JsonReader): number {
  return (reader.end - reader.position + 1) >> 1;
}

/** Reads `count` values laid out as `shape` into the sink from `place.start` on. */
export function readValues(
  reader: JsonReader,
  sink: ValueSink,
  datatype: Datatype,
  shape: readonly number[],
  count: number,
  place: ValuePlace,
  mayBeBare: boolean,
): void {
  if (reader.peek() !== 0x5b) {
    place.bare = true;
    if (!mayBeBare) throw notAnArray(reader, datatype, place);
    sink.readOne(reader, place.start, place);
    return;
  }
  const opening = reader.position;
  const depth = reader.depth;
  if (!reader.enterArray()) {
    checkFlat(0, shape, count, place);
  } else if (reader.peek() === 0x5b && shape.length > 1) {
    reader.returnTo(opening, depth);
    readLevel(reader, sink, place, shape, 0);
  } else {
    checkFlat(sink.readRun(reader, place.start, place), shape, count, place);
  }
}

/** Reads the array at the reader, whose elements are dimension `axis`, into the sink from `place.start` on. */
function readLevel(
  reader: JsonReader,
  sink: ValueSink,
  place: ValuePlace,
  shape: readonly number[],
  axis: number,
): void {
  const size = shape[axis]!;
  if (reader.peekKind() !== 'array') throw unevenNesting(reader, shape, place);
  let found = 0;
  if (reader.enterArray()) {
    if (axis === shape.length - 1) {
      found = sink.readRun(reader, place.start, place);
    } else {
      do {
        if (found === size) throw wrongSize(`more than ${counted(size, 'element')}`, shape, axis, place);
        place.path.push(found);
        readLevel(reader, sink, place, shape, axis + 1);
        place.path.pop();
        found++;
      } while (reader.moreElements());
    }
  }
  if (found !== size) throw wrongSize(counted(found, 'element'), shape, axis, place);
  if (axis === shape.length - 1) place.start += found;
}

function checkFlat(found: number, shape: readonly number[], count: number, place: ValuePlace): void {
  if (found === count) return;
  throw new UnderstudyError(
    'WRONG_LENGTH',
    `${arrayText(place)} has ${counted(found, 'value')}; the shape ${shapeText(shape)} needs ${count}.`,
  );
}

function wrongSize(
  found: string,
  shape: readonly number[],
  axis: number,
  place: ValuePlace,
): UnderstudyError {
  return new UnderstudyError(
    'WRONG_SHAPE',
    `${arrayText(place)} has ${found} where dimension ${axis} of the shape ${shapeText(shape)} is ${shape[axis]}.`,
  );
}

function unevenNesting(reader: JsonReader, shape: readonly number[], place: ValuePlace): UnderstudyError {
  return new UnderstudyError(
    'WRONG_SHAPE',
    `${arrayText(place)} is ${describeValue(reader)} where an array belongs: nest all ${shape.length} dimensions of the shape ${shapeText(shape)}, or none.`,
  );
}

function notAnArray(reader: JsonReader, datatype: Datatype, place: ValuePlace): UnderstudyError {
  return new UnderstudyError(
    'WRONG_VALUE',
    `${arrayText(place)} is ${describeValue(reader)}; it must be an array, and ${datatype} takes ${datatypeTakes[datatype]}.`,
  );
}
