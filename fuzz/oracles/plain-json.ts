/** A number as JSON writes it: `JSON.parse` would have rounded it. */
export class Literal {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type PlainJson = null | boolean | string | Literal | PlainJson[] | { [key: string]: PlainJson };

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** `JSON.parse`, with numbers as they are written. @throws where the bytes are no UTF-8, or no JSON */
export function plainJson(bytes: Uint8Array): PlainJson {
  return JSON.parse(
    utf8.decode(bytes),
    (_key: string, value: unknown, ...rest: readonly { source: string }[]) =>
      typeof value === 'number' ? new Literal(rest[0]!.source) : value,
  );
}

/** The values of arrays that lie in each other, in their order. */
export function flattened(value: PlainJson): PlainJson[] {
  return Array.isArray(value) ? value.flatMap(flattened) : [value];
}

export function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(utf8.decode(bytes));
    return true;
  } catch {
    return false;
  }
}

/** The whole number a literal stands for, whatever its exponent; null where it is none. */
export function wholeNumberOf(text: string): bigint | null {
  const [, sign, digits, fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(
    text,
  )!;
  const all = BigInt(`${digits}${fraction}`);
  if (all === 0n) return 0n;
  const power = Number(exponent) - fraction.length;
  if (Math.abs(power) > 5000) return null;
  const scale = 10n ** BigInt(Math.abs(power));
  if (power < 0 && all % scale !== 0n) return null;
  const value = power < 0 ? all / scale : all * scale;
  return sign === '-' ? -value : value;
}
