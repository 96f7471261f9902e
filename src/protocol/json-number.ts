import { JsonCursor } from './json-cursor.ts';

/** Powers of ten that a double holds exactly. */
const powersOfTen = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
const largestExactPower = 22;
const twoTo53 = 2 ** 53;

/**
 * Rounding errors of a mantissa of up to 100 digits and of one operation with a power of ten add up to far less
 * than this: each is at most 2^-53, and there are fewer than 2^8 of them.
 */
export const approximationError = 2 ** -40;
const largestApproximated = 1e100;
const exponentLimit = 100_000;

/** What a byte other than a digit gives when the digit zero is taken from it, unsigned. */
const notDigit = 0xffffffff;
const pointDigit = (0x2e - 0x30) >>> 0;
const lowerE = 0x65 - 0x30;
const upperE = 0x45 - 0x30;

/**
 * Reads number literals. The fast way is Clinger's (1990): an integer mantissa below 2^53 times or divided by
 * a power of ten up to 10^22 is rounded once, so it is the nearest double. Anything longer is approximated with
 * a known bound; where all within the bound rounds to one value of a narrower type that is settled, otherwise
 * `exactDecimal` asks the engine.
 */
export class JsonNumberCursor extends JsonCursor {
  /** Where the literal last read begins. */
  numberAt = 0;
  /** After `readDecimal` gave NaN: the value but for a relative error below `approximationError`, or NaN. */
  approximate = 0;
  readonly #view: DataView;

  constructor(body: Uint8Array, end?: number) {
    super(body, end);
    this.#view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength);
  }

  /** The nearest double to the literal at the cursor, or NaN where it is only approximated. Moves past the literal. */
  readDecimal(): number {
    const { bytes, end } = this;
    const view = this.#view;
    const start = this.position;
    let position = start;
    const negative = position < end && bytes[position] === 0x2d;
    if (negative) position++;

    let mantissa = 0;
    let exponent = 0;
    let digit = position < end ? (bytes[position]! - 0x30) >>> 0 : notDigit;
    if (digit === 0) {
      digit = ++position < end ? (bytes[position]! - 0x30) >>> 0 : notDigit;
      if (digit <= 9) throw this.malformed('no digit after a leading zero', position);
    } else {
      if (digit > 9) throw this.malformed(negative ? 'a digit after the minus sign' : 'a number', position);
      mantissa = digit;
      digit = ++position < end ? (bytes[position]! - 0x30) >>> 0 : notDigit;
      if (digit <= 9) {
        while (position + 4 <= end) {
          const four = fourDigits(view.getInt32(position, true));
          if (four < 0) break;
          mantissa = mantissa * 10_000 + four;
          position += 4;
        }
        let last = 0;
        let scale = 1;
        digit = position < end ? (bytes[position]! - 0x30) >>> 0 : notDigit;
        while (digit <= 9) {
          last = (last * 10 + digit) | 0;
          scale = (scale * 10) | 0;
          digit = ++position < end ? (bytes[position]! - 0x30) >>> 0 : notDigit;
        }
        mantissa = mantissa * scale + last;
      }
    }

    if (digit === pointDigit) {
      const fraction = ++position;
      while (position + 4 <= end) {
        const four = fourDigits(view.getInt32(position, true));
        if (four < 0) break;
        mantissa = mantissa * 10_000 + four;
        position += 4;
      }
      let last = 0;
      let scale = 1;
      digit = position < end ? (bytes[position]! - 0x30) >>> 0 : notDigit;
      while (digit <= 9) {
        last = (last * 10 + digit) | 0;
        scale = (scale * 10) | 0;
        digit = ++position < end ? (bytes[position]! - 0x30) >>> 0 : notDigit;
      }
      if (position === fraction) throw this.malformed('a digit after the decimal point', position);
      mantissa = mantissa * scale + last;
      exponent = fraction - position;
    }

    if (digit === lowerE || digit === upperE) {
      let byte = ++position < end ? bytes[position]! : 0;
      const negativeExponent = byte === 0x2d;
      if (negativeExponent || byte === 0x2b) byte = ++position < end ? bytes[position]! : 0;
      if (byte < 0x30 || byte > 0x39) throw this.malformed('a digit of the exponent', position);
      let written = 0;
      do {
        if (written < exponentLimit) written = written * 10 + (byte - 0x30);
        byte = ++position < end ? bytes[position]! : 0;
      } while (byte >= 0x30 && byte <= 0x39);
      exponent += negativeExponent ? -written : written;
    }

    this.numberAt = start;
    this.position = position;
    if (mantissa < twoTo53 && exponent >= -largestExactPower && exponent <= largestExactPower) {
      const magnitude = exponent < 0 ? mantissa / powersOfTen[-exponent]! : mantissa * powersOfTen[exponent]!;
      return negative ? -magnitude : magnitude;
    }
    if (mantissa === 0) return negative ? -0 : 0;
    this.approximate = approximation(negative ? -mantissa : mantissa, exponent);
    return Number.NaN;
  }

  /** The nearest double to the literal last read; ±Infinity where it is too large for one. */
  exactDecimal(): number {
    return Number(this.numberText());
  }

  /** The literal last read. */
  numberText(): string {
    return this.bytes.toString('latin1', this.numberAt, this.position);
  }
}

function approximation(mantissa: number, exponent: number): number {
  if (exponent < -largestExactPower || exponent > largestExactPower) return Number.NaN;
  if (mantissa > largestApproximated || mantissa < -largestApproximated) return Number.NaN;
  return exponent < 0 ? mantissa / powersOfTen[-exponent]! : mantissa * powersOfTen[exponent]!;
}

/** The value of four ASCII digits in little-endian order, first digit lowest, or −1 when one is no digit. */
function fourDigits(word: number): number {
  if ((word & (word + 0x06060606) & 0xf0f0f0f0) !== 0x30303030) return -1;
  const digits = word - 0x30303030;
  const pairs = (digits * 10 + (digits >>> 8)) | 0;
  return (pairs & 0xff) * 100 + ((pairs >>> 16) & 0xff);
}

/** Most digits before the point that any integer datatype needs. */
const longestInteger = 20;

/**
 * The exact value of a number literal that is a whole number (`12`, `1.0`, `1e2`), `'fraction'` when it is not
 * one, `'huge'` when it has more than 20 digits before the point and so fits no datatype.
 */
export function exactInteger(literal: string): bigint | 'fraction' | 'huge' {
  const [, sign = '', whole = '', fraction = '', exponentText = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(literal) ?? [];
  const digits = trimZeros(whole + fraction);
  if (digits.text === '') return 0n;
  const exponent = Number(exponentText) - fraction.length + digits.trailing;
  if (exponent < 0) return 'fraction';
  if (digits.text.length + exponent > longestInteger) return 'huge';
  return BigInt(`${sign}${digits.text}${'0'.repeat(exponent)}`);
}

function trimZeros(digits: string): { readonly text: string; readonly trailing: number } {
  let start = 0;
  while (start < digits.length && digits[start] === '0') start++;
  let end = digits.length;
  while (end > start && digits[end - 1] === '0') end--;
  return { text: digits.slice(start, end), trailing: digits.length - end };
}
