import { describe, expect, it } from 'vitest';
import { largestScores } from '../../../src/inference/outputs/largest-scores.ts';
import { readPredictions } from '../../../src/inference/outputs/read-predictions.ts';
import type { OutputReading } from '../../../src/inference/outputs/reading.ts';
import type { Tensor } from '../../../src/protocol/tensor.ts';
import { seededRandom } from '../../support/random.ts';

const read = (
  datatype: Tensor['datatype'],
  width: number,
  data: Tensor['data'],
  part: Partial<Extract<OutputReading, { kind: 'ranking' }>> = {},
) =>
  readPredictions([{ name: 'o', datatype, shape: [data.length / width, width], data }], {
    ...{ kind: 'ranking', output: 'o', holds: 'items', k: 2, itemNames: null },
    ...part,
  }).map(({ finite, items }) => (finite ? items : 'not finite'));

describe('the items of a ranking', () => {
  it('are the first k ids of each row as text', () => {
    expect(read('INT64', 3, BigInt64Array.of(7n, -1n, 3n, 2n ** 53n + 1n, 0n, 5n))).toEqual([
      ['7', '-1'],
      ['9007199254740993', '0'],
    ]);
    expect(read('BYTES', 2, ['Köln', ''])).toEqual([['Köln', '']]);
    expect(read('FP32', 2, Float32Array.of(4, 2))).toEqual([['4', '2']]);
  });

  it('are each there once', () => {
    expect(read('INT32', 4, Int32Array.of(5, 5, 6, 7))).toEqual([['5', '6']]);
    expect(read('INT32', 3, Int32Array.of(5, 5, 5))).toEqual([['5']]);
  });

  it('are cut where they are very long', () => {
    const [row] = read('BYTES', 1, ['x'.repeat(1000)]);
    expect(row![0]).toHaveLength(256);
  });

  it('are those of the largest scores, of equal ones the first', () => {
    const scores = Float32Array.of(0.1, 0.9, 0.9, 0.3, -5, -1, -1, -9);
    expect(read('FP32', 4, scores, { holds: 'scores' })).toEqual([
      ['1', '2'],
      ['1', '2'],
    ]);
    const itemNames = ['rock', 'pop', 'jazz', 'folk'];
    expect(read('FP32', 4, scores, { holds: 'scores', itemNames })[0]).toEqual(['pop', 'jazz']);
  });

  it('are none where a number that was looked at is not finite', () => {
    expect(read('FP64', 2, Float64Array.of(1, Number.NaN, 3, 4), { holds: 'scores' })).toEqual([
      'not finite',
      ['1', '0'],
    ]);
    expect(read('FP32', 2, Float32Array.of(Number.POSITIVE_INFINITY, 1))).toEqual(['not finite']);
  });

  it('are none of no rows and no columns', () => {
    expect(read('INT64', 2, new BigInt64Array())).toEqual([]);
    expect(
      readPredictions([{ name: 'o', datatype: 'INT64', shape: [2, 0], data: new BigInt64Array() }], {
        ...{ kind: 'ranking', output: 'o', holds: 'items', k: 2, itemNames: null },
      }).map(({ items }) => items),
    ).toEqual([[], []]);
  });
});

describe('the largest scores', () => {
  it('are those that sorting gives', () => {
    const random = seededRandom(5);
    for (const [size, k] of [
      [1, 1],
      [3, 10],
      [100, 10],
      [1000, 100],
    ] as const) {
      // Few different values, so that many are equal.
      const scores = Float32Array.from({ length: size + 7 }, () => Math.floor(random() * 50));
      const sorted = Array.from({ length: size }, (_, i) => i).sort(
        (a, b) => scores[b + 7]! - scores[a + 7]! || a - b,
      );
      expect(largestScores(scores, 7, size + 7, k)).toEqual(sorted.slice(0, k));
    }
  });
});
