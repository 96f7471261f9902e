import { describe, expect, it } from 'vitest';
import { captureRow } from '../../src/comparison/captured-features.ts';
import type { Tensor } from '../../src/protocol/tensor.ts';

const inputs: Tensor[] = [
  { name: 'x', datatype: 'FP32', shape: [2, 2], data: Float32Array.of(0.5, 1, 2, Number.NaN) },
  { name: 'id', datatype: 'INT64', shape: [2], data: BigInt64Array.of(1n, 9_007_199_254_740_993n) },
  { name: 'job "title"', datatype: 'BYTES', shape: [2, 1], data: ['a"b', 'Köln'] },
];

describe('the features of a row', () => {
  it('are JSON that keeps every digit of an integer, and says what JSON cannot', () => {
    expect(captureRow(inputs, 0, 2).features).toBe('{"x":[0.5,1],"id":1,"job \\"title\\"":"a\\"b"}');
    expect(captureRow(inputs, 1, 2).features).toBe(
      '{"x":[2,"NaN"],"id":9007199254740993,"job \\"title\\"":"Köln"}',
    );
  });

  it('have a hash that tells rows apart and equal ones not', () => {
    const [a, b] = [captureRow(inputs, 0, 2).hash, captureRow(inputs, 1, 2).hash];
    expect(a).toMatch(/^[0-9a-f]{16}$/);
    expect(b).not.toBe(a);
    const alone: Tensor[] = [
      { name: 'x', datatype: 'FP32', shape: [1, 2], data: Float32Array.of(0.5, 1) },
      { name: 'id', datatype: 'INT64', shape: [1], data: BigInt64Array.of(1n) },
      { name: 'job "title"', datatype: 'BYTES', shape: [1, 1], data: ['a"b'] },
    ];
    expect(captureRow(alone, 0, 1).hash).toBe(a);
  });

  it('are only hashed where they are large', () => {
    const image: Tensor = { name: 'x', datatype: 'FP32', shape: [1, 40_000], data: new Float32Array(40_000) };
    expect(captureRow([image], 0, 1)).toEqual({
      hash: expect.stringMatching(/^[0-9a-f]{16}$/),
      features: null,
    });
  });
});
