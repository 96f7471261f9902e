import { describe, expect, it } from 'vitest';
import { readPredictions } from '../../../src/inference/outputs/read-predictions.ts';
import type { Tensor } from '../../../src/protocol/tensor.ts';

const read = (datatype: Tensor['datatype'], shape: number[], data: Tensor['data']) =>
  readPredictions([{ name: 'e', datatype, shape, data }], { kind: 'embedding', embedding: 'e' });

describe('the vectors of an embedding', () => {
  it('are the rows of the output', () => {
    expect(read('FP32', [2, 2], Float32Array.of(1, 2, 3, 4))).toEqual([
      {
        ...{ label: null, value: null, confidence: null, probabilities: null, finite: true },
        vector: Float32Array.of(1, 2),
      },
      {
        ...{ label: null, value: null, confidence: null, probabilities: null, finite: true },
        vector: Float32Array.of(3, 4),
      },
    ]);
    expect(read('INT8', [1, 2], Int8Array.of(-1, 1))[0]?.vector).toEqual(Int8Array.of(-1, 1));
    expect(read('FP32', [0, 2], new Float32Array())).toEqual([]);
  });

  it('are marked where they are not finite', () => {
    const data = Float64Array.of(1, Number.NaN, Number.NEGATIVE_INFINITY, 1, 1, 1);
    expect(read('FP64', [3, 2], data).map(({ finite }) => finite)).toEqual([false, false, true]);
  });
});
