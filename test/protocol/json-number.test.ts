import { describe, expect, it } from 'vitest';
import { exactInteger } from '../../src/protocol/json-number.ts';
import { JsonReader, parseJson } from '../../src/protocol/json-reader.ts';
import { openSink } from '../../src/protocol/open-sink.ts';
import { seededRandom } from '../support/random.ts';

/** Reads all literals as one run of a datatype. */
function run(datatype: 'FP16' | 'FP32' | 'FP64', literals: readonly string[]): ArrayLike<unknown> {
  const sink = openSink(datatype, literals.length);
  const reader = new JsonReader(Buffer.from(`[${literals.join(',')}]`));
  reader.enterArray();
  const place = { owner: () => 'x', row: -1, root: 'data', path: [], start: 0, bare: false };
  expect(sink.readRun(reader, 0, place)).toBe(literals.length);
  return sink.data;
}

describe('number literals', () => {
  const random = seededRandom(11);
  const literals = Array.from({ length: 20_000 }, () => randomLiteral(random));

  it('become the nearest double, as the engine rounds', () => {
    expect(Array.from(run('FP64', literals))).toEqual(literals.map(Number));
    const read = parseJson(Buffer.from(`[${literals}]`));
    expect((read as (number | bigint)[]).map(Number)).toEqual(literals.map(Number));
  });

  it('become the double rounded to single precision', () => {
    const small = literals.filter((literal) => Number.isFinite(Math.fround(Number(literal))));
    expect(Array.from(run('FP32', small))).toEqual(small.map((literal) => Math.fround(Number(literal))));
  });

  it('become the double rounded to half precision', () => {
    const small = literals.filter((literal) => Number.isFinite(Math.f16round(Number(literal))));
    expect(Array.from(run('FP16', small))).toEqual(small.map((literal) => Math.f16round(Number(literal))));
  });

  it('are right next to the halfway points of single and half precision', () => {
    const halfway = Array.from({ length: 3000 }, () => {
      const single = Math.fround((random() - 0.5) * 10 ** Math.floor(random() * 8 - 4));
      const next = Math.fround(single * (1 + 2 ** -23));
      return ((single + next) / 2).toFixed(30);
    });
    const nudged = halfway.flatMap((text) => [text, `${text}0000001`, text.slice(0, -1)]);
    expect(Array.from(run('FP32', nudged))).toEqual(nudged.map((literal) => Math.fround(Number(literal))));
    expect(Array.from(run('FP16', nudged))).toEqual(nudged.map((literal) => Math.f16round(Number(literal))));
    expect(Array.from(run('FP64', nudged))).toEqual(nudged.map(Number));
  });

  it('are right around 2^53, where a double stops holding every integer', () => {
    const around = Array.from({ length: 41 }, (_, step) => String(2n ** 53n + BigInt(step) - 20n));
    const scaled = around.flatMap((text) => [
      text,
      `${text.slice(0, 3)}.${text.slice(3)}`,
      `${text}e-22`,
      `${text}e22`,
    ]);
    expect(Array.from(run('FP64', scaled))).toEqual(scaled.map(Number));
  });

  it('may be absurdly long', () => {
    const long = [
      `0.${'0'.repeat(5000)}1`,
      `1${'0'.repeat(300)}.5`,
      `0.${'3'.repeat(5000)}`,
      `1e-99999999999999999999`,
      `0e99999999999`,
    ];
    expect(Array.from(run('FP64', long))).toEqual(long.map(Number));
  });

  it('are whole numbers exactly when their value is', () => {
    expect(exactInteger('1.0')).toBe(1n);
    expect(exactInteger('-1e2')).toBe(-100n);
    expect(exactInteger('12.50e1')).toBe(125n);
    expect(exactInteger('0.00e-5')).toBe(0n);
    expect(exactInteger('-0')).toBe(0n);
    expect(exactInteger('18446744073709551615')).toBe(18446744073709551615n);
    expect(exactInteger('1844674407370955161.5e1')).toBe(18446744073709551615n);
    expect(exactInteger('1.00000000000000000001')).toBe('fraction');
    expect(exactInteger('1e-1')).toBe('fraction');
    expect(exactInteger('1e20')).toBe('huge');
    expect(exactInteger('1e999999999')).toBe('huge');
  });
});

function randomLiteral(random: () => number): string {
  const digits = (length: number) => Array.from({ length }, () => Math.floor(random() * 10)).join('');
  const form = Math.floor(random() * 6);
  const sign = random() < 0.3 ? '-' : '';
  if (form === 0) return String((random() - 0.5) * 10 ** Math.floor(random() * 60 - 30));
  if (form === 1) return String(Math.fround(random() * 10 ** Math.floor(random() * 10 - 5)));
  const whole = random() < 0.4 ? '0' : `${1 + Math.floor(random() * 9)}${digits(Math.floor(random() * 22))}`;
  if (form === 2) return `${sign}${whole}`;
  const fraction = `.${'0'.repeat(Math.floor(random() * 4))}${digits(1 + Math.floor(random() * 22))}`;
  if (form < 5) return `${sign}${whole}${fraction}`;
  return `${sign}${whole}${random() < 0.5 ? fraction : ''}${random() < 0.5 ? 'e' : 'E'}${['', '+', '-'][Math.floor(random() * 3)]}${Math.floor(random() * 40)}`;
}
