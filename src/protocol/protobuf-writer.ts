import { wireTypes } from './protobuf-reader.ts';

const firstCapacity = 16 * 1024;
/** A buffer that one large reply made grow beyond this is let go with it. */
const keptCapacity = 1024 * 1024;
const longestVarint = 10;

/** Writes one protobuf message after the other into a growing buffer. */
export class ProtobufWriter {
  #buffer: Buffer = Buffer.allocUnsafeSlow(firstCapacity);
  #length = 0;

  /** Begins anew. */
  reset(): void {
    if (this.#buffer.length > keptCapacity) this.#buffer = Buffer.allocUnsafeSlow(firstCapacity);
    this.#length = 0;
  }

  /** A copy of what was written, in memory of its own so that it may be transferred to another thread. */
  copyOut(): Buffer {
    const copy = Buffer.allocUnsafeSlow(this.#length);
    this.#buffer.copy(copy, 0, 0, this.#length);
    return copy;
  }

  /** The text, unless it is empty: proto3 leaves that out. */
  text(field: number, text: string): void {
    if (text === '') return;
    const size = Buffer.byteLength(text, 'utf8');
    const at = this.bytes(field, size);
    this.#buffer.write(text, at, 'utf8');
  }

  /** Makes room for a field of so many bytes; returns where in `buffer` they are to be written. */
  bytes(field: number, size: number): number {
    this.tag(field, wireTypes.bytes);
    this.varint(size);
    this.reserve(size);
    const at = this.#length;
    this.#length += size;
    return at;
  }

  /** What is being written; another one after a call that makes room. */
  get buffer(): Buffer {
    return this.#buffer;
  }

  /** Begins a message, or a packed list, in a field; returns what `close` wants to know. */
  open(field: number): number {
    this.tag(field, wireTypes.bytes);
    this.reserve(1);
    this.#length++;
    return this.#length;
  }

  /** Ends what was opened: only now its length is known, and what was written makes room for it. */
  close(start: number): void {
    const size = this.#length - start;
    const extra = varintSize(size) - 1;
    // Also what `varint` asks for below, while all that was written counts: growing keeps no more than that.
    this.reserve(extra + longestVarint);
    if (extra > 0) this.#buffer.copyWithin(start + extra, start, this.#length);
    this.#length = start - 1;
    this.varint(size);
    this.#length += size;
  }

  tag(field: number, wireType: number): void {
    this.varint(field * 8 + wireType);
  }

  /** A whole number from 0 to 2^53 − 1. */
  varint(value: number): void {
    this.varint64(value >>> 0, Math.floor(value / 2 ** 32));
  }

  /** A number of 64 bits by its lower and upper half; a negative one in two's complement. */
  varint64(lowBits: number, highBits: number): void {
    this.reserve(longestVarint);
    const buffer = this.#buffer;
    let length = this.#length;
    let low = lowBits >>> 0;
    let high = highBits >>> 0;
    while (high !== 0 || low > 0x7f) {
      buffer[length++] = (low & 0x7f) | 0x80;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    buffer[length++] = low;
    this.#length = length;
  }

  reserve(size: number): void {
    const needed = this.#length + size;
    if (needed <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(grown, 0, 0, this.#length);
    this.#buffer = grown;
  }
}

function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 128)) size++;
  return size;
}
