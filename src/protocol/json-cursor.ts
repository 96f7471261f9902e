import { UnderstudyError } from '../errors.ts';

/** A place in the bytes of a JSON text, and the sentence for what is wrong there. */
export class JsonCursor {
  readonly bytes: Buffer;
  /** First byte after the JSON text. */
  readonly end: number;
  position: number;

  /** `end` is where the JSON stops, where binary data follows it. */
  constructor(body: Uint8Array, end: number = body.length) {
    this.bytes = Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    this.end = end;
    this.position = 0;
  }

  /** Next byte after white space, without moving past it; −1 at the end. */
  peek(): number {
    const { bytes, end } = this;
    let position = this.position;
    if (position < end && bytes[position]! > 0x20) return bytes[position]!;
    while (position < end) {
      const byte = bytes[position]!;
      if (byte > 0x20 || (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09)) {
        this.position = position;
        return byte;
      }
      position++;
    }
    this.position = position;
    return -1;
  }

  expect(byte: number, expected: string): void {
    if (this.peek() !== byte) throw this.malformed(expected);
    this.position++;
  }

  malformed(expected: string, at: number = this.position): UnderstudyError {
    return new UnderstudyError(
      'MALFORMED_JSON',
      `The body is not valid JSON: expected ${expected} at byte ${at}, found ${this.#found(at)}.`,
    );
  }

  #found(at: number): string {
    if (at >= this.end)
      return this.end < this.bytes.length ? 'the end of the JSON part' : 'the end of the body';
    const byte = this.bytes[at]!;
    if (byte > 0x20 && byte < 0x7f) return byte === 0x27 ? `"'"` : `'${String.fromCharCode(byte)}'`;
    if (byte === 0xef && this.bytes[at + 1] === 0xbb && this.bytes[at + 2] === 0xbf) {
      return 'a byte order mark, which JSON must not have';
    }
    return `the byte 0x${byte.toString(16).padStart(2, '0')}`;
  }
}
