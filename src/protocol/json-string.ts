import { UnderstudyError } from '../errors.ts';
import type { JsonCursor } from './json-cursor.ts';
import { invalidUtf8At } from './utf8.ts';

const quote = 0x22;
const backslash = 0x5c;

/** What a string's bytes ask of its reader. */
const plain = 0;
const nonAscii = 1;
const escaped = 2;

const simpleEscapes: Readonly<Record<number, string>> = {
  34: '"',
  92: '\\',
  47: '/',
  98: '\b',
  102: '\f',
  110: '\n',
  114: '\r',
  116: '\t',
};

/** Reads a string whose opening quote is at the cursor. Lone surrogates written as escapes are kept as they are. */
export function readString(cursor: JsonCursor): string {
  const start = cursor.position + 1;
  const features = scanString(cursor);
  const close = cursor.position - 1;
  if (features === plain) return cursor.bytes.toString('latin1', start, close);
  if ((features & escaped) === 0) return cursor.bytes.toString('utf8', start, close);
  return resolveEscapes(cursor, start, close);
}

/** Moves past a string whose opening quote is at the cursor, checking it as strictly as `readString`. */
export function skipString(cursor: JsonCursor): void {
  const start = cursor.position + 1;
  const features = scanString(cursor);
  if ((features & escaped) !== 0) resolveEscapes(cursor, start, cursor.position - 1);
}

/** Finds the closing quote, moves past it, and says which slow ways the content needs. */
function scanString(cursor: JsonCursor): number {
  const { bytes, end } = cursor;
  const start = cursor.position + 1;
  let features = plain;
  let position = start;
  for (; position < end; position++) {
    const byte = bytes[position]!;
    if (byte === quote) break;
    if (byte === backslash) {
      features |= escaped;
      position++;
    } else if (byte >= 0x80) features |= nonAscii;
    else if (byte < 0x20) {
      throw cursor.malformed('a character of a string (control characters must be escaped)', position);
    }
  }
  if (position >= end) throw cursor.malformed('the closing quote of a string', end);
  if ((features & nonAscii) !== 0) {
    const invalid = invalidUtf8At(bytes, start, position);
    if (invalid !== -1) {
      throw new UnderstudyError(
        'INVALID_UTF8',
        `The body is not valid UTF-8 at byte ${invalid} (0x${bytes[invalid]!.toString(16)}); strings must be UTF-8.`,
      );
    }
  }
  cursor.position = position + 1;
  return features;
}

function resolveEscapes(cursor: JsonCursor, start: number, close: number): string {
  const { bytes } = cursor;
  let text = '';
  let from = start;
  let position = start;
  while (position < close) {
    if (bytes[position] !== backslash) {
      position++;
      continue;
    }
    text += bytes.toString('utf8', from, position);
    const code = bytes[position + 1]!;
    if (code === 0x75) {
      text += String.fromCharCode(hexAt(cursor, position + 2, close));
      position += 6;
    } else {
      const simple = simpleEscapes[code];
      if (simple === undefined) {
        throw cursor.malformed('one of " \\ / b f n r t u after a backslash', position + 1);
      }
      text += simple;
      position += 2;
    }
    from = position;
  }
  return text + bytes.toString('utf8', from, close);
}

function hexAt(cursor: JsonCursor, at: number, close: number): number {
  let value = 0;
  for (let position = at; position < at + 4; position++) {
    const byte = cursor.bytes[position]!;
    const letter = byte | 0x20;
    let digit = -1;
    if (byte >= 0x30 && byte <= 0x39) digit = byte - 0x30;
    else if (letter >= 0x61 && letter <= 0x66) digit = letter - 0x57;
    if (position >= close || digit === -1) throw cursor.malformed('four hex digits after \\u', position);
    value = value * 16 + digit;
  }
  return value;
}
