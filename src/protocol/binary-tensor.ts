import { UnderstudyError } from '../errors.ts';
import { type Datatype, datatypes } from './datatype.ts';
import { counted, shapeText } from './quoting.ts';
import { checkRepresentable } from './representable.ts';
import type { TensorData } from './tensor.ts';
import { invalidUtf8At } from './utf8.ts';

const lengthBytes = 4;

/**
 * Decodes `size` bytes at `start` of the body: little-endian, row-major, without padding. The data is a copy,
 * since binary parts lie at any alignment. `owner` begins a sentence: `Input "x"`.
 *
 * Errors: WRONG_LENGTH, WRONG_VALUE (BOOL), INVALID_UTF8 and UNREPRESENTABLE_STRING (BYTES).
 */
export function decodeBinaryTensor(
  body: Buffer,
  start: number,
  size: number,
  datatype: Datatype,
  shape: readonly number[],
  count: number,
  owner: () => string,
): TensorData {
  if (datatype === 'BYTES') return decodeStrings(body, start, size, shape, count, owner);
  const { bytes, array } = datatypes[datatype];
  if (size !== count * bytes) {
    throw new UnderstudyError(
      'WRONG_LENGTH',
      `${owner()} has ${counted(size, 'byte')} of binary data; ${datatype} of shape ${shapeText(shape)} needs ${count * bytes}.`,
    );
  }
  const copy = new Uint8Array(size);
  copy.set(body.subarray(start, start + size));
  if (datatype === 'BOOL') checkBooleans(copy, owner);
  return new array(copy.buffer);
}

function checkBooleans(bytes: Uint8Array, owner: () => string): void {
  const index = bytes.findIndex((byte) => byte > 1);
  if (index === -1) return;
  throw new UnderstudyError(
    'WRONG_VALUE',
    `${owner()}: element ${index} of its binary data is the byte ${bytes[index]}; BOOL takes 0 and 1.`,
  );
}

/** Each element is its length, 4 bytes, then as many bytes of UTF-8. */
function decodeStrings(
  body: Buffer,
  start: number,
  size: number,
  shape: readonly number[],
  count: number,
  owner: () => string,
): string[] {
  const end = start + size;
  const strings: string[] = [];
  let position = start;
  while (position < end && strings.length < count) {
    const element = () => `${owner()}: element ${strings.length} of its binary data`;
    const length = position + lengthBytes <= end ? body.readUInt32LE(position) : lengthBytes;
    const from = position + lengthBytes;
    if (length > end - from) throw cutShort(element(), end - position, length + lengthBytes);
    strings.push(decodeString(body, from, from + length, element));
    position = from + length;
  }
  if (strings.length < count || position < end) {
    const found =
      strings.length < count
        ? counted(strings.length, 'element')
        : `${counted(end - position, 'byte')} left after ${counted(count, 'element')}`;
    throw new UnderstudyError(
      'WRONG_LENGTH',
      `${owner()} has ${found} in its ${counted(size, 'byte')} of binary data; the shape ${shapeText(shape)} needs ${counted(count, 'element')}.`,
    );
  }
  return strings;
}

/** The UTF-8 in `[start, end)`, refused where it would not survive. `element` begins a sentence. */
export function decodeString(body: Buffer, start: number, end: number, element: () => string): string {
  const invalid = invalidUtf8At(body, start, end);
  if (invalid !== -1) {
    throw new UnderstudyError(
      'INVALID_UTF8',
      `${element()} is not valid UTF-8 at its byte ${invalid - start}; BYTES tensors hold text here.`,
    );
  }
  const text = body.toString('utf8', start, end);
  checkRepresentable(text, element);
  return text;
}

function cutShort(element: string, found: number, needed: number): UnderstudyError {
  return new UnderstudyError(
    'WRONG_LENGTH',
    `${element} is cut short: ${counted(found, 'byte')} are left and it needs ${needed} (4 for its length, then the text).`,
  );
}
