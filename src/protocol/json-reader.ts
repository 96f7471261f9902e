import { UnderstudyError } from '../errors.ts';
import { JsonNumberCursor } from './json-number.ts';
import { readString, skipString } from './json-string.ts';
import type { JsonKind, JsonObject, JsonValue } from './json-value.ts';
import { hashStep, type NameTable } from './name-table.ts';
import { quoted } from './quoting.ts';

export const deepestNesting = 64;

/** Any integer of more digits is larger than a double can be. */
const longestIntegerText = 310;

/**
 * A strict RFC 8259 reader over bytes, driven by who knows what to expect. It refuses what `JSON.parse` takes
 * silently (duplicate keys, integers it would round, numbers it would make infinite), reports where, and lets
 * a decoder put numbers straight into its own arrays.
 */
export class JsonReader extends JsonNumberCursor {
  /** The text last read by `readName` or `readKey` where it is not in their table. */
  text = '';
  /** Where the key last read begins. */
  keyAt = 0;
  #depth = 0;

  /** What the next value is, without moving past it. */
  peekKind(): JsonKind {
    const byte = this.peek();
    if (byte === 0x7b) return 'object';
    if (byte === 0x5b) return 'array';
    if (byte === 0x22) return 'string';
    if (byte === 0x2d || (byte >= 0x30 && byte <= 0x39)) return 'number';
    if (byte === 0x74 || byte === 0x66) return 'boolean';
    if (byte === 0x6e) return 'null';
    throw this.malformed(byte === -1 && this.position === 0 ? 'a JSON value (the body is empty)' : 'a value');
  }

  /** Moves past `{`; true when a key follows, false when the object is empty and has been left. */
  enterObject(): boolean {
    this.expect(0x7b, "'{'");
    return this.#enter(0x7d);
  }

  /** After a member: true when another key follows, false when the object has been left. */
  moreMembers(): boolean {
    const byte = this.peek();
    if (byte !== 0x2c && byte !== 0x7d) throw this.malformed("',' or '}'");
    this.position++;
    if (byte === 0x7d) this.#depth--;
    return byte === 0x2c;
  }

  /** Moves past `[`; true when an element follows, false when the array is empty and has been left. */
  enterArray(): boolean {
    this.expect(0x5b, "'['");
    return this.#enter(0x5d);
  }

  /** After an element: true when another follows, false when the array has been left. */
  moreElements(): boolean {
    const byte = this.peek();
    if (byte !== 0x2c && byte !== 0x5d) throw this.malformed("',' or ']'");
    this.position++;
    if (byte === 0x5d) this.#depth--;
    return byte === 0x2c;
  }

  /** Reads a key and its colon: the key's index in the table, or −1 with the key in `text`. */
  readKey(table: NameTable): number {
    if (this.peek() !== 0x22) throw this.malformed('a key in double quotes');
    this.keyAt = this.position;
    const index = this.readName(table);
    this.expect(0x3a, "':' after a key");
    return index;
  }

  /** Reads a string: its index in the table, or −1 with the string in `text`. */
  readName(table: NameTable): number {
    const { bytes, end } = this;
    const start = this.position + 1;
    let position = start;
    let hash = 0;
    for (; position < end; position++) {
      const byte = bytes[position]!;
      if (byte === 0x22) {
        const index = table.find(bytes, start, position, hash);
        if (index === -1) break;
        this.position = position + 1;
        return index;
      }
      if (byte === 0x5c || byte >= 0x80) break;
      hash = hashStep(hash, byte);
    }
    this.text = readString(this);
    return table.indexOf(this.text);
  }

  /** Reads the string at the cursor; call after `peekKind` said `'string'`. */
  readString(): string {
    return readString(this);
  }

  readBoolean(): boolean {
    const value = this.peek() === 0x74;
    this.#literal(value ? 'true' : 'false');
    return value;
  }

  readNull(): null {
    this.peek();
    this.#literal('null');
    return null;
  }

  /** An integer beyond ±(2^53−1) comes as a bigint, anything else as the nearest double; never an infinity. */
  readNumber(): number | bigint {
    this.peek();
    const settled = this.readDecimal();
    const value = Number.isNaN(settled) ? this.exactDecimal() : settled;
    if (!Number.isFinite(value)) throw this.#tooLarge();
    if (Number.isSafeInteger(value) || !Number.isInteger(value)) return value;
    const text = this.numberText();
    return text.length <= longestIntegerText && /^-?\d+$/.test(text) ? BigInt(text) : value;
  }

  readValue(): JsonValue {
    const kind = this.peekKind();
    if (kind === 'string') return readString(this);
    if (kind === 'number') return this.readNumber();
    if (kind === 'boolean') return this.readBoolean();
    if (kind === 'null') return this.readNull();
    return kind === 'array' ? this.#readArray() : this.#readObject();
  }

  /** Moves past a value, checking it as strictly as `readValue` except that numbers may be of any size. */
  skipValue(): void {
    const kind = this.peekKind();
    if (kind === 'string') skipString(this);
    else if (kind === 'number') this.readDecimal();
    else if (kind === 'boolean') this.readBoolean();
    else if (kind === 'null') this.readNull();
    else if (kind === 'array') {
      for (let more = this.enterArray(); more; more = this.moreElements()) this.skipValue();
    } else this.#skipObject();
  }

  /** Refuses anything but white space after the value. */
  expectEnd(): void {
    if (this.peek() !== -1) throw this.malformed('nothing after the JSON value');
  }

  /** Moves to an earlier place, as a decoder does that met a value before it knew how to read it. */
  returnTo(position: number, depth: number): void {
    this.position = position;
    this.#depth = depth;
  }

  get depth(): number {
    return this.#depth;
  }

  duplicateKey(key: string): UnderstudyError {
    return new UnderstudyError(
      'DUPLICATE_NAME',
      `The key ${quoted(key)} is given twice in the same object, the second time at byte ${this.keyAt}; give it once.`,
    );
  }

  #enter(close: number): boolean {
    if (++this.#depth > deepestNesting) {
      throw new UnderstudyError(
        'MALFORMED_JSON',
        `The body nests deeper than ${deepestNesting} levels at byte ${this.position - 1}; ${deepestNesting} is the most.`,
      );
    }
    if (this.peek() !== close) return true;
    this.position++;
    this.#depth--;
    return false;
  }

  #literal(word: string): void {
    for (let index = 0; index < word.length; index++) {
      const at = this.position + index;
      if (at >= this.end || this.bytes[at] !== word.charCodeAt(index)) throw this.malformed(`'${word}'`, at);
    }
    this.position += word.length;
  }

  #readArray(): JsonValue[] {
    const values: JsonValue[] = [];
    for (let more = this.enterArray(); more; more = this.moreElements()) values.push(this.readValue());
    return values;
  }

  #readObject(): JsonObject {
    const object: JsonObject = Object.create(null);
    for (let more = this.enterObject(); more; more = this.moreMembers()) {
      const key = this.#readAnyKey();
      if (key in object) throw this.duplicateKey(key);
      object[key] = this.readValue();
    }
    return object;
  }

  #skipObject(): void {
    const keys = new Set<string>();
    for (let more = this.enterObject(); more; more = this.moreMembers()) {
      const key = this.#readAnyKey();
      if (keys.has(key)) throw this.duplicateKey(key);
      keys.add(key);
      this.skipValue();
    }
  }

  #readAnyKey(): string {
    if (this.peek() !== 0x22) throw this.malformed('a key in double quotes');
    this.keyAt = this.position;
    const key = readString(this);
    this.expect(0x3a, "':' after a key");
    return key;
  }

  #tooLarge(): UnderstudyError {
    return new UnderstudyError(
      'WRONG_VALUE',
      `The number ${quoted(this.numberText())} at byte ${this.numberAt} is larger than a 64-bit float can hold (about 1.8e308).`,
    );
  }
}

/** Parses a whole body. Errors: MALFORMED_JSON, INVALID_UTF8, DUPLICATE_NAME, WRONG_VALUE (a number too large for a double). */
export function parseJson(body: Uint8Array): JsonValue {
  const reader = new JsonReader(body);
  const value = reader.readValue();
  reader.expectEnd();
  return value;
}
