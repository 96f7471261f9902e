import { oneOf, whole } from './draw.ts';
import type { Mutation } from './fuzz-target.ts';

const longestRange = 32;

/** Numbers at which things end: of bytes, of 16, 32 and 53 bits. */
const edges = [0, 1, 7, 8, 16, 32, 64, 100, 127, 128, 255, 256, 1000, 32767, 65535, 65536, 2147483647];
const writtenNumbers = [
  ...[
    '0',
    '-0',
    '-1',
    '1',
    '3',
    '127',
    '128',
    '255',
    '256',
    '65536',
    '2147483648',
    '4294967296',
    '1e400',
    '1e-400',
  ],
  ...[
    '9007199254740993',
    '9223372036854775808',
    '18446744073709551616',
    '1.5',
    '1.0',
    '1e2',
    '0.30000001192092896',
  ],
];

export function replaced(input: Buffer, from: number, to: number, by: Buffer | string): Buffer {
  return Buffer.concat([input.subarray(0, from), Buffer.from(by), input.subarray(to)]);
}

interface Range {
  readonly from: number;
  readonly to: number;
}

function someRange(input: Buffer, random: () => number): Range {
  const from = whole(random, input.length + 1);
  return { from, to: Math.min(input.length, from + 1 + whole(random, longestRange)) };
}

/** Changes for bytes of any meaning, as libFuzzer and AFL make them. */
export const byteMutations: readonly Mutation[] = [
  function flipBit(input, random) {
    if (input.length === 0) return null;
    const at = whole(random, input.length);
    return replaced(input, at, at + 1, Buffer.of(input[at]! ^ (1 << whole(random, 8))));
  },
  function setByte(input, random) {
    if (input.length === 0) return null;
    const at = whole(random, input.length);
    return replaced(input, at, at + 1, Buffer.of(whole(random, 256)));
  },
  function insertByte(input, random) {
    const at = whole(random, input.length + 1);
    return replaced(input, at, at, Buffer.of(whole(random, 256)));
  },
  function remove(input, random) {
    const { from, to } = someRange(input, random);
    return from === to ? null : replaced(input, from, to, '');
  },
  function truncate(input, random) {
    return input.length === 0 ? null : input.subarray(0, whole(random, input.length));
  },
  function copyWithin(input, random) {
    const { from, to } = someRange(input, random);
    const at = whole(random, input.length + 1);
    return replaced(
      input,
      at,
      random() < 0.5 ? at : Math.min(input.length, at + to - from),
      input.subarray(from, to),
    );
  },
  function repeat(input, random) {
    const { from, to } = someRange(input, random);
    const times = 2 ** (1 + whole(random, 8));
    return replaced(input, to, to, Buffer.alloc((to - from) * times, input.subarray(from, to)));
  },
  function swapNeighbours(input, random) {
    const { from, to } = someRange(input, random);
    const middle = from + whole(random, to - from + 1);
    return replaced(
      input,
      from,
      to,
      Buffer.concat([input.subarray(middle, to), input.subarray(from, middle)]),
    );
  },
  function writeEdge(input, random) {
    const bytes = oneOf([1, 2, 4, 8], random);
    if (input.length < bytes) return null;
    const at = whole(random, input.length - bytes + 1);
    const edge = Buffer.alloc(8, random() < 0.1 ? 0xff : 0);
    if (edge[7] === 0) edge.writeUInt32LE(oneOf(edges, random));
    const part = edge.subarray(0, bytes);
    return replaced(input, at, at + bytes, random() < 0.5 ? part : Buffer.from(part).reverse());
  },
  function addToByte(input, random) {
    if (input.length === 0) return null;
    const at = whole(random, input.length);
    return replaced(input, at, at + 1, Buffer.of((input[at]! + whole(random, 33) - 16) & 0xff));
  },
  function changeWrittenNumber(input, random) {
    const found = [...input.toString('latin1').matchAll(/-?\d[\d.eE+-]*/g)];
    if (found.length === 0) return null;
    const { index, 0: number } = oneOf(found, random);
    return replaced(input, index, index + number.length, oneOf(writtenNumbers, random));
  },
];

/** Puts one of the words into the input, or in the place of something. */
export function insertWord(words: readonly Buffer[]): Mutation {
  return (input, random) => {
    if (words.length === 0) return null;
    const { from, to } = someRange(input, random);
    return replaced(input, from, random() < 0.6 ? from : to, oneOf(words, random));
  };
}

/** The beginning of the input, then the end of another one; or a part of the other in its middle. */
export function spliceWith(other: Buffer): Mutation {
  return (input, random) => {
    if (random() < 0.5) {
      return Buffer.concat([
        input.subarray(0, whole(random, input.length + 1)),
        other.subarray(whole(random, other.length + 1)),
      ]);
    }
    const { from, to } = someRange(other, random);
    const at = whole(random, input.length + 1);
    return replaced(input, at, at, other.subarray(from, to));
  };
}
