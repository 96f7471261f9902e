import { describe, expect, it } from 'vitest';
import { readingMismatch } from '../../src/deployment/reading-mismatch.ts';
import type { OutputReading } from '../../src/inference/outputs/reading.ts';

const loaded = (version: string, reading: OutputReading, dimensions = 3) => ({
  reading,
  signature: {
    ...{ model: 'text', version, inputs: [], featureNames: null },
    outputs: [{ name: 'e', datatype: 'FP32' as const, shape: [-1, dimensions] }],
  },
});
const embedding: OutputReading = { kind: 'embedding', embedding: 'e' };

describe('two versions', () => {
  it('are no match where their outputs are read as different tasks', () => {
    const value: OutputReading = { kind: 'regression', value: 'e' };
    expect(readingMismatch(loaded('7', embedding), loaded('8', value))).toBe(
      'the outputs of version 7, the primary, are read as embedding, those of version 8 as regression: they cannot be compared; say under "task" and "outputs" in deployment.yaml what they are',
    );
    expect(readingMismatch(loaded('7', value), loaded('8', value))).toBeNull();
  });

  it('are no match where their vectors have different dimensions, as far as the files tell', () => {
    expect(readingMismatch(loaded('7', embedding, 384), loaded('8', embedding, 768))).toMatch(
      /version 7, the primary, have 384 numbers and those of version 8 768: .* their cosine counts as 0$/,
    );
    expect(readingMismatch(loaded('7', embedding, 384), loaded('8', embedding, 384))).toBeNull();
    expect(readingMismatch(loaded('7', embedding, -1), loaded('8', embedding, 768))).toBeNull();
  });
});
