import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { ProtobufReader } from '../../src/protocol/protobuf-reader.ts';
import { ProtobufWriter } from '../../src/protocol/protobuf-writer.ts';
import { seededRandom } from '../support/random.ts';
import { refusalOf } from './refusal.ts';

const edges = [
  ...[
    0n,
    1n,
    127n,
    128n,
    300n,
    2n ** 31n - 1n,
    2n ** 31n,
    2n ** 32n - 1n,
    2n ** 32n,
    2n ** 35n,
    2n ** 53n - 1n,
  ],
  ...[2n ** 53n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n],
];
const halves = (value: bigint) => ({
  low: Number(BigInt.asUintN(32, value)),
  high: Number(BigInt.asUintN(32, value >> 32n)),
});
const bits = ({ low, high }: { low: number; high: number }) => (BigInt(high) << 32n) | BigInt(low);

describe('the protobuf reader', () => {
  it('reads every varint that protobufjs writes', () => {
    const random = seededRandom(1);
    const some = Array.from(
      { length: 200 },
      () => BigInt(Math.floor(random() * 2 ** 53)) << BigInt(Math.floor(random() * 12)),
    );
    for (const value of [...edges, ...some]) {
      const { low, high } = halves(value);
      const bytes = protobuf.Writer.create()
        .uint64({ low, high, unsigned: true } as never)
        .finish();
      const reader = new ProtobufReader(Buffer.from(bytes));
      reader.readVarint();
      expect(bits(reader)).toBe(BigInt.asUintN(64, value));
      expect(reader.position).toBe(bytes.length);
    }
  });

  it('reads int64 with its sign, and steps over fields it is not asked for', () => {
    const bytes = protobuf.Writer.create()
      .uint32(9)
      .double(1.5)
      .uint32(21)
      .float(2.5)
      .uint32(26)
      .string('Köln')
      .uint32(32)
      .int64(-7)
      .uint32(7200)
      .bool(true)
      .finish();
    const reader = new ProtobufReader(Buffer.from(bytes));
    const seen: [number, unknown][] = [];
    while (reader.next()) {
      if (reader.field === 1) seen.push([1, reader.double()]);
      else if (reader.field === 3) seen.push([3, reader.text(() => 'x')]);
      else if (reader.field === 4) seen.push([4, reader.integer()]);
      else if (reader.field === 900) seen.push([900, reader.boolean()]);
      else reader.skip();
    }
    expect(seen).toEqual([
      [1, 1.5],
      [3, 'Köln'],
      [4, -7],
      [900, true],
    ]);
  });

  it('says what is wrong with a message, and where', () => {
    const read = (hex: string) => () => {
      const reader = new ProtobufReader(Buffer.from(hex, 'hex'));
      while (reader.next()) reader.skip();
    };
    expect(refusalOf(read('0880'), 'MALFORMED_MESSAGE')).toMatch(/cut short in a number, at byte 1/);
    expect(refusalOf(read(`08${'80'.repeat(10)}00`), 'MALFORMED_MESSAGE')).toMatch(
      /more than 10 bytes, at byte 1/,
    );
    expect(refusalOf(read('0a05414243'), 'MALFORMED_MESSAGE')).toMatch(
      /a field of 5 bytes is cut short, at byte 1/,
    );
    expect(refusalOf(read('0affffffffffffffffff01'), 'MALFORMED_MESSAGE')).toMatch(/cut short/);
    expect(refusalOf(read('0000'), 'MALFORMED_MESSAGE')).toMatch(/no number, at byte 0/);
    expect(refusalOf(read('0b'), 'MALFORMED_MESSAGE')).toMatch(/field 1 is a group/);
    expect(refusalOf(read('0f'), 'MALFORMED_MESSAGE')).toMatch(/wire type 7, which does not exist/);
    expect(refusalOf(read('0d0000'), 'MALFORMED_MESSAGE')).toMatch(/cut short in a number/);
    expect(
      refusalOf(() => {
        const reader = new ProtobufReader(Buffer.from('0a02c328', 'hex'));
        reader.next();
        reader.text(() => 'The model name');
      }, 'INVALID_UTF8'),
    ).toBe('The model name is not valid UTF-8 at its byte 0.');
  });
});

describe('the protobuf writer', () => {
  it('writes varints as protobufjs does', () => {
    const writer = new ProtobufWriter();
    for (const value of edges) {
      const { low, high } = halves(value);
      writer.reset();
      writer.varint64(low, high);
      expect(Buffer.from(writer.copyOut())).toEqual(
        Buffer.from(
          protobuf.Writer.create()
            .uint64({ low, high, unsigned: true } as never)
            .finish(),
        ),
      );
    }
  });

  it('makes room for the length of what it nests, whatever that is', () => {
    const writer = new ProtobufWriter();
    for (const size of [0, 1, 100, 125, 126, 127, 128, 16_000, 16_383, 16_384, 70_000, 2_100_000]) {
      const text = 'x'.repeat(size);
      writer.reset();
      const outer = writer.open(1);
      const inner = writer.open(2);
      writer.text(3, text);
      writer.close(inner);
      writer.text(4, 'after');
      writer.close(outer);
      const expected = protobuf.Writer.create().uint32(10).fork().uint32(18).fork();
      if (size > 0) expected.uint32(26).string(text);
      expected.ldelim().uint32(34).string('after').ldelim();
      expect(Buffer.from(writer.copyOut()).equals(Buffer.from(expected.finish())), `${size}`).toBe(true);
    }
  });
});
