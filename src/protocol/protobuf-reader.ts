import { UnderstudyError } from '../errors.ts';
import { invalidUtf8At } from './utf8.ts';

/** How a field lies on the wire. */
export const wireTypes = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

const groupStart = 3;
const groupEnd = 4;

/**
 * Reads the fields of one protobuf message where they lie, without making objects of them. `next` steps to a field;
 * then its value is read, or skipped. Errors: MALFORMED_MESSAGE with the position in the whole message, INVALID_UTF8.
 */
export class ProtobufReader {
  readonly bytes: Buffer;
  position: number;
  readonly end: number;
  /** Number of the field that `next` has stepped to. */
  field = 0;
  wireType = 0;
  /** The varint read last, its lower and upper 32 bits, unsigned. */
  low = 0;
  high = 0;

  constructor(bytes: Buffer, start = 0, end: number = bytes.length) {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
  }

  /** Steps to the next field; false at the end of the message. */
  next(): boolean {
    if (this.position >= this.end) return false;
    const at = this.position;
    this.readVarint();
    if (this.high !== 0 || this.low < 8) throw this.#malformed('a field has no number', at);
    this.field = this.low >>> 3;
    this.wireType = this.low & 7;
    return true;
  }

  /** Reads a varint into `low` and `high`. */
  readVarint(): void {
    const { bytes, end } = this;
    const at = this.position;
    let position = at;
    let byte = position < end ? bytes[position++]! : -1;
    if (byte >= 0 && byte < 0x80) {
      this.low = byte;
      this.high = 0;
      this.position = position;
      return;
    }
    let low = 0;
    let high = 0;
    for (let shift = 0; ; shift += 7) {
      if (byte === -1) throw this.#malformed('it is cut short in a number', at);
      if (shift > 63) throw this.#malformed('a number has more than 10 bytes', at);
      const bits = byte & 0x7f;
      if (shift < 32) low |= bits << shift;
      if (shift === 28) high = bits >>> 4;
      else if (shift > 28) high |= bits << (shift - 32);
      if (byte < 0x80) break;
      byte = position < end ? bytes[position++]! : -1;
    }
    this.low = low >>> 0;
    this.high = high >>> 0;
    this.position = position;
  }

  /** Reads a number that must lie in a varint. */
  varint(): void {
    this.#expect(wireTypes.varint);
    this.readVarint();
  }

  boolean(): boolean {
    this.varint();
    return this.low !== 0 || this.high !== 0;
  }

  /** Reads an int64; where it is not a safe integer the result is none either. */
  integer(): number {
    this.varint();
    return (this.high | 0) * 2 ** 32 + this.low;
  }

  float(): number {
    this.#expect(wireTypes.fixed32);
    return this.bytes.readFloatLE(this.#advance(4));
  }

  double(): number {
    this.#expect(wireTypes.fixed64);
    return this.bytes.readDoubleLE(this.#advance(8));
  }

  /** Reads the length of a field of bytes: they lie from `position` on, which is left at their start. */
  length(): number {
    this.#expect(wireTypes.bytes);
    const at = this.position;
    this.readVarint();
    const length = this.high * 2 ** 32 + this.low;
    if (length > this.end - this.position) {
      throw this.#malformed(`a field of ${length} bytes is cut short`, at);
    }
    return length;
  }

  /** The text of a field. `what` begins a sentence. */
  text(what: () => string): string {
    const end = this.length() + this.position;
    const start = this.position;
    const invalid = invalidUtf8At(this.bytes, start, end);
    if (invalid !== -1) {
      throw new UnderstudyError(
        'INVALID_UTF8',
        `${what()} is not valid UTF-8 at its byte ${invalid - start}.`,
      );
    }
    this.position = end;
    return this.bytes.toString('utf8', start, end);
  }

  /** A reader of the message in a field. */
  message(): ProtobufReader {
    const end = this.length() + this.position;
    const inner = new ProtobufReader(this.bytes, this.position, end);
    this.position = end;
    return inner;
  }

  /** Passes over the value of the field. */
  skip(): void {
    switch (this.wireType) {
      case wireTypes.varint:
        this.readVarint();
        break;
      case wireTypes.fixed64:
        this.#advance(8);
        break;
      case wireTypes.bytes: {
        const length = this.length();
        this.position += length;
        break;
      }
      case wireTypes.fixed32:
        this.#advance(4);
        break;
      default:
        throw this.#unknownWireType();
    }
  }

  #expect(wireType: number): void {
    if (this.wireType === wireType) return;
    if (this.wireType > wireTypes.fixed32) throw this.#unknownWireType();
    throw this.#malformed(
      `field ${this.field} has wire type ${this.wireType} instead of ${wireType}`,
      this.position,
    );
  }

  #advance(size: number): number {
    const at = this.position;
    if (size > this.end - at) throw this.#malformed('it is cut short in a number', at);
    this.position = at + size;
    return at;
  }

  #unknownWireType(): UnderstudyError {
    const { wireType } = this;
    const what =
      wireType === groupStart || wireType === groupEnd
        ? 'is a group, which proto3 does not have'
        : `has wire type ${wireType}, which does not exist`;
    return this.#malformed(`field ${this.field} ${what}`, this.position);
  }

  #malformed(why: string, at: number): UnderstudyError {
    return new UnderstudyError(
      'MALFORMED_MESSAGE',
      `The message is no valid protobuf of the protocol's: ${why}, at byte ${at}.`,
    );
  }
}
