const firstCapacity = 16 * 1024;
/** A buffer that one large reply made grow beyond this is let go with it. */
const keptCapacity = 1024 * 1024;

const powersOfTen = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14] as const;
/** A single-precision number is told from its neighbours by at most nine significant digits. */
const singleDigits = 9;
const usualDigits = 7;

/** Writes JSON into one growing buffer, which is used again for the next reply. */
export class JsonWriter {
  #buffer: Buffer = Buffer.allocUnsafeSlow(firstCapacity);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Begins anew. */
  reset(): void {
    if (this.#buffer.length > keptCapacity) this.#buffer = Buffer.allocUnsafeSlow(firstCapacity);
    this.#length = 0;
  }

  /** A copy of what was written, in memory of its own so that it may be transferred to another thread, with `extraBytes` to spare. */
  copyOut(extraBytes = 0): Buffer {
    const copy = Buffer.allocUnsafeSlow(this.#length + extraBytes);
    this.#buffer.copy(copy, 0, 0, this.#length);
    return copy;
  }

  /** Writes JSON that is plain ASCII, such as punctuation and keys known beforehand. */
  raw(text: string): void {
    this.#reserve(text.length);
    const buffer = this.#buffer;
    let length = this.#length;
    for (let index = 0; index < text.length; index++) buffer[length++] = text.charCodeAt(index);
    this.#length = length;
  }

  /** Writes a string in quotes, escaped where JSON asks for it. */
  string(text: string): void {
    this.#reserve(text.length + 2);
    const buffer = this.#buffer;
    let length = this.#length;
    buffer[length++] = 0x22;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code < 0x20 || code > 0x7e || code === 0x22 || code === 0x5c) {
        this.#encoded(JSON.stringify(text));
        return;
      }
      buffer[length++] = code;
    }
    buffer[length++] = 0x22;
    this.#length = length;
  }

  /** Writes a finite double so that reading it gives the same double; a negative zero as `-0`. */
  double(value: number): void {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) this.integer(value);
    else this.raw(Object.is(value, -0) ? '-0' : String(value));
  }

  /**
   * Writes a finite single-precision number with the fewest digits (seven to nine, less trailing zeros) that give
   * it back when read as a double and rounded. `digits / 10^places` is one correctly rounded operation, the very
   * double a reader gets, so the check below is what the reader will do.
   */
  single(value: number): void {
    const magnitude = Math.abs(value);
    if (magnitude >= 1e-4 && magnitude < 1e6 && !Number.isInteger(value)) {
      let places = usualDigits - 1;
      if (magnitude >= 1) {
        for (let power = 10; magnitude >= power; power *= 10) places--;
      } else {
        for (let power = 1; magnitude < power; power /= 10) places++;
      }
      for (let extra = 0; extra <= singleDigits - usualDigits; extra++) {
        const power = powersOfTen[places + extra]!;
        const digits = Math.round(magnitude * power);
        if (Math.fround(digits / power) === magnitude) {
          this.#decimal(value < 0, digits, places + extra, power);
          return;
        }
      }
    }
    this.double(value);
  }

  /** Writes a safe integer. */
  integer(value: number): void {
    this.#reserve(17);
    let rest = value;
    if (rest < 0) {
      this.#buffer[this.#length++] = 0x2d;
      rest = -rest;
    }
    this.#digits(rest, digitCount(rest));
  }

  bigint(value: bigint): void {
    const small = Number(value);
    if (Number.isSafeInteger(small)) this.integer(small);
    else this.raw(String(value));
  }

  /** Writes `digits / 10^places`, which is not a whole number, without trailing zeros. */
  #decimal(negative: boolean, digits: number, places: number, power: number): void {
    this.#reserve(32);
    if (negative) this.#buffer[this.#length++] = 0x2d;
    const whole = Math.floor(digits / power);
    this.#digits(whole, digitCount(whole));
    this.#buffer[this.#length++] = 0x2e;
    this.#digits(digits - whole * power, places);
    while (this.#buffer[this.#length - 1] === 0x30) this.#length--;
  }

  /** Writes exactly `count` digits, with leading zeros. */
  #digits(value: number, count: number): void {
    const buffer = this.#buffer;
    const end = this.#length + count;
    let position = end;
    let rest = value;
    while (rest > 0x7fffffff && position > this.#length) {
      const next = Math.floor(rest / 10);
      buffer[--position] = 0x30 + (rest - next * 10);
      rest = next;
    }
    let small = rest | 0;
    while (position > this.#length) {
      const next = (small / 10) | 0;
      buffer[--position] = 0x30 + (small - next * 10);
      small = next;
    }
    this.#length = end;
  }

  #encoded(json: string): void {
    this.#reserve(json.length * 3);
    this.#length += this.#buffer.write(json, this.#length, 'utf8');
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#buffer.length * 2, this.#length + bytes));
    this.#buffer.copy(grown, 0, 0, this.#length);
    this.#buffer = grown;
  }
}

function digitCount(value: number): number {
  let count = 1;
  for (let power = 10; value >= power; power *= 10) count++;
  return count;
}
