import { UnderstudyError } from '../errors.ts';
import { describeValue } from './describe-value.ts';
import type { JsonReader } from './json-reader.ts';
import { quoted } from './quoting.ts';
import {
  checkEntity,
  checkRequestId,
  checkSegmentCount,
  checkSegmentName,
  checkSegmentValue,
} from './request-context.ts';
import { parseTimestamp } from './timestamp.ts';

/** Segments as they are read; null until there is one. */
export type Segments = Record<string, string> | null;

/** Reads the `id` at the reader; null and the empty string mean that there is none. */
export function readId(reader: JsonReader): string | null {
  const kind = reader.peekKind();
  if (kind === 'null') return reader.readNull();
  if (kind !== 'string') throw unusable(reader, 'The request id', 'a string');
  const text = reader.readString();
  return text === '' ? null : checkRequestId(text);
}

/** Reads the `entity` at the reader; null means that there is none. */
export function readEntity(reader: JsonReader): string | null {
  const kind = reader.peekKind();
  if (kind === 'null') return reader.readNull();
  if (kind === 'string') return checkEntity(reader.readString());
  if (kind === 'number') return checkEntity(String(reader.readNumber()));
  throw unusable(reader, 'The entity', 'a string or a number');
}

/** Reads the `timestamp` at the reader as milliseconds since the epoch; null means that there is none. */
export function readTimestamp(reader: JsonReader): number | null {
  const kind = reader.peekKind();
  if (kind === 'null') return reader.readNull();
  if (kind === 'string') return parseTimestamp(reader.readString());
  throw unusable(reader, 'The timestamp', 'a string such as "2026-11-23T15:11:00Z"');
}

/** Reads the value at the reader as that of the segment `name`, and returns the segments with it. */
export function readSegment(reader: JsonReader, name: string, segments: Segments): Segments {
  const lower = checkSegmentName(name);
  const kind = reader.peekKind();
  if (kind !== 'string' && kind !== 'number' && kind !== 'boolean') {
    throw unusable(reader, `The value of the segment ${quoted(lower)}`, 'a string, a number or a boolean');
  }
  return withSegment(lower, kind === 'string' ? reader.readString() : String(reader.readValue()), segments);
}

/** The segments with one more, whose name is checked already. Errors: DUPLICATE_NAME, INVALID_SEGMENT. */
export function withSegment(lower: string, text: string, segments: Segments): Segments {
  const known = segments ?? Object.create(null);
  if (lower in known) {
    throw new UnderstudyError(
      'DUPLICATE_NAME',
      `The segment ${quoted(lower)} is given twice; case does not tell names apart.`,
    );
  }
  known[lower] = checkSegmentValue(lower, text);
  checkSegmentCount(Object.keys(known).length);
  return known;
}

function unusable(reader: JsonReader, what: string, wanted: string): UnderstudyError {
  return new UnderstudyError('INVALID_SEGMENT', `${what} is ${describeValue(reader)}; it must be ${wanted}.`);
}
