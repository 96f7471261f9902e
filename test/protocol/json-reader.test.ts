import { describe, expect, it } from 'vitest';
import { UnderstudyError } from '../../src/errors.ts';
import { JsonReader, parseJson } from '../../src/protocol/json-reader.ts';
import { seededRandom } from '../support/random.ts';
import { refusalOf } from './refusal.ts';

const parse = (text: string | Buffer) => parseJson(Buffer.from(text));

describe('the JSON reader', () => {
  it('gives what JSON.parse gives for documents both can read', () => {
    const random = seededRandom(7);
    for (let round = 0; round < 500; round++) {
      const value = randomValue(random, 0);
      const text = JSON.stringify(value, null, round % 3);
      expect(parse(text)).toEqual(JSON.parse(text));
    }
  });

  it('finds malformed what JSON.parse finds malformed, and nothing else', () => {
    const random = seededRandom(23);
    const troublemakers = [
      '"',
      '\\',
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '0',
      '-',
      '.',
      'e',
      '+',
      't',
      '\\u00',
      '\\ud83d',
      '\t',
      '\0',
      ' ',
    ];
    let malformed = 0;
    for (let round = 0; round < 8000; round++) {
      const text = JSON.stringify([randomValue(random, 0), randomValue(random, 0)]);
      const at = Math.floor(random() * text.length);
      const insert = troublemakers[Math.floor(random() * troublemakers.length)]!;
      const damaged = (text.slice(0, at) + insert + text.slice(at + Math.floor(random() * 2))).toWellFormed();
      const outcome = outcomeOf(() => parse(damaged));
      const reference = outcomeOf(() => JSON.parse(damaged));
      const code = outcome instanceof UnderstudyError ? outcome.code : 'read';
      if (code === 'MALFORMED_JSON') malformed++;
      // A duplicate key or a number too large may be met before the damage is; both are tested below.
      if (code === 'MALFORMED_JSON') expect(reference, damaged).toBeInstanceOf(SyntaxError);
      if (code === 'read')
        expect(JSON.stringify(outcome, withoutBigints), damaged).toBe(JSON.stringify(reference));
    }
    expect(malformed).toBeGreaterThan(2000);
  });

  it('reads a Uint8Array that is a window into a larger buffer', () => {
    const whole = new TextEncoder().encode('xx{"a":[1,2]}yy');
    expect(parseJson(whole.subarray(2, 13))).toEqual({ a: [1, 2] });
  });

  it('keeps integers beyond 2^53 exact as bigints', () => {
    expect(parse('[9007199254740991,9007199254740992,9007199254740993,-9007199254740993]')).toEqual([
      9007199254740991,
      9007199254740992n,
      9007199254740993n,
      -9007199254740993n,
    ]);
    expect(parse('18446744073709551615')).toBe(18446744073709551615n);
    expect(parse('1e300')).toBe(1e300);
  });

  it('keeps a negative zero and denormals', () => {
    expect(parse('-0')).toBe(-0);
    expect(parse('5e-324')).toBe(5e-324);
    expect(parse('1e-400')).toBe(0);
  });

  it('refuses a number that a double cannot hold', () => {
    expect(refusalOf(() => parse('[1,1e400]'), 'WRONG_VALUE')).toContain('"1e400" at byte 3');
    refusalOf(() => parse(`-1${'0'.repeat(400)}`), 'WRONG_VALUE');
  });

  it('reads every escape and joins surrogate pairs', () => {
    expect(parse('"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00é😀"')).toBe('"\\/\b\f\n\r\té😀é😀');
    expect(parse('"\\ud800"')).toBe('\ud800');
  });

  it('keeps __proto__ an ordinary key', () => {
    const object = parse('{"__proto__":{"polluted":true},"constructor":1}');
    expect(Object.keys(object as object)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(object)).toBeNull();
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it.each([
    ['', 'expected a JSON value (the body is empty) at byte 0, found the end of the body'],
    ['  ', 'at byte 2, found the end of the body'],
    ['{', 'expected a key in double quotes at byte 1, found the end of the body'],
    ['{"a":1,}', "expected a key in double quotes at byte 7, found '}'"],
    ["{'a':1}", 'expected a key in double quotes at byte 1, found "\'"'],
    ['{"a" 1}', "expected ':' after a key at byte 5, found '1'"],
    ['{"a":1 "b":2}', "expected ',' or '}' at byte 7, found '\"'"],
    ['[1 2]', "expected ',' or ']' at byte 3, found '2'"],
    ['[1,]', "expected a value at byte 3, found ']'"],
    ['[1]]', "expected nothing after the JSON value at byte 3, found ']'"],
    ['[01]', 'expected no digit after a leading zero at byte 2'],
    ['[-]', "expected a digit after the minus sign at byte 2, found ']'"],
    ['[+1]', "expected a value at byte 1, found '+'"],
    ['[1.]', "expected a digit after the decimal point at byte 3, found ']'"],
    ['[.5]', "expected a value at byte 1, found '.'"],
    ['[1e]', "expected a digit of the exponent at byte 3, found ']'"],
    ['[1e+', 'expected a digit of the exponent at byte 4, found the end of the body'],
    ['[tru]', "expected 'true' at byte 4, found ']'"],
    ['[nul', "expected 'null' at byte 4"],
    ['[NaN]', "expected a value at byte 1, found 'N'"],
    ['[Infinity]', "found 'I'"],
    ['"abc', 'expected the closing quote of a string at byte 4'],
    ['"a\nb"', 'control characters must be escaped) at byte 2, found the byte 0x0a'],
    ['"\\x"', "after a backslash at byte 2, found 'x'"],
    ['"\\u12g4"', "expected four hex digits after \\u at byte 5, found 'g'"],
    ['"\\u12"', 'expected four hex digits after \\u at byte 5'],
    ['\ufeff{}', 'found a byte order mark'],
    ['// no', "found '/'"],
  ])('refuses %j and says where', (text, sentence) => {
    expect(refusalOf(() => parse(text), 'MALFORMED_JSON')).toContain(sentence);
    refusalOf(() => new JsonReader(Buffer.from(`${text}`)).skipValue() ?? parse(text), 'MALFORMED_JSON');
  });

  it('refuses a key given twice in any object, also when one is escaped or it is skipped', () => {
    expect(refusalOf(() => parse('{"a":1,"b":{"c":1,"c":2}}'), 'DUPLICATE_NAME')).toContain(
      'The key "c" is given twice in the same object, the second time at byte 18',
    );
    refusalOf(() => parse('{"a":1,"\\u0061":2}'), 'DUPLICATE_NAME');
    refusalOf(() => new JsonReader(Buffer.from('{"a":1,"a":2}')).skipValue(), 'DUPLICATE_NAME');
  });

  it.each([
    ['a lone continuation byte', [0x80]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['an overlong three-byte form', [0xe0, 0x80, 0x80]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['beyond U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
    ['a cut sequence', [0xe2, 0x82]],
    ['0xff', [0xff]],
  ])('refuses %s in a string, with its position', (_, bytes) => {
    const body = Buffer.concat([Buffer.from('["é'), Buffer.from(bytes), Buffer.from('"]')]);
    expect(refusalOf(() => parse(body), 'INVALID_UTF8')).toContain('at byte 4');
    refusalOf(() => new JsonReader(body).skipValue(), 'INVALID_UTF8');
  });

  it('takes 64 levels and refuses the 65th', () => {
    const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
    expect(() => parse(nested(64))).not.toThrow();
    expect(refusalOf(() => parse(nested(65)), 'MALFORMED_JSON')).toContain(
      'deeper than 64 levels at byte 64',
    );
    refusalOf(() => parse('{"a":'.repeat(100_000)), 'MALFORMED_JSON');
    refusalOf(() => new JsonReader(Buffer.from('['.repeat(100_000))).skipValue(), 'MALFORMED_JSON');
  });

  it('counts siblings at one level, however many', () => {
    expect(parse(`[${Array(200).fill('[{}]').join(',')}]`)).toHaveLength(200);
  });

  it('stops where the JSON part ends', () => {
    const reader = new JsonReader(Buffer.from('[1,2]]'), 4);
    expect(refusalOf(() => reader.readValue(), 'MALFORMED_JSON')).toContain('found the end of the JSON part');
  });
});

function randomValue(random: () => number, depth: number): unknown {
  const pick = Math.floor(random() * (depth > 3 ? 5 : 7));
  if (pick === 0) return null;
  if (pick === 1) return random() < 0.5;
  if (pick === 2) return Math.floor(random() * 2e9) - 1e9;
  if (pick === 3) return (random() - 0.5) * 10 ** Math.floor(random() * 40 - 30);
  if (pick === 4) return randomText(random);
  const length = Math.floor(random() * 5);
  if (pick === 5) return Array.from({ length }, () => randomValue(random, depth + 1));
  return Object.fromEntries(
    Array.from({ length }, () => [randomText(random), randomValue(random, depth + 1)]),
  );
}

function randomText(random: () => number): string {
  const alphabet = [
    'a',
    'Z',
    '7',
    ' ',
    '"',
    '\\',
    '/',
    '\n',
    '\u0001',
    'é',
    'ß',
    '漢',
    '😀',
    '\u2028',
    '__proto__',
  ];
  return Array.from(
    { length: Math.floor(random() * 8) },
    () => alphabet[Math.floor(random() * alphabet.length)],
  ).join('');
}

function outcomeOf(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}

function withoutBigints(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}
