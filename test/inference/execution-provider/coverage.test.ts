import { describe, expect, it } from 'vitest';
import { coverageRemarks, isCpuOnly } from '../../../src/inference/execution-provider/coverage.ts';

describe('where the nodes of a model ran', () => {
  it('is worth no words on the CPU, or when the GPU runs them all', () => {
    expect(coverageRemarks('cpu', null)).toEqual([]);
    expect(coverageRemarks('cuda', { nodes: 5, onCpu: 0, cpuOperators: [] })).toEqual([]);
  });

  it('is told when some ran on the CPU, and when all did', () => {
    const some = { nodes: 12, onCpu: 3, cpuOperators: ['Loop', 'Scan'] };
    expect(coverageRemarks('cuda', some)).toEqual([
      expect.stringMatching(/^3 of the model's 12 nodes run on the CPU.*\(Loop, Scan\)$/),
    ]);
    expect(isCpuOnly(some)).toBe(false);
    const all = { nodes: 3, onCpu: 3, cpuOperators: ['TreeEnsembleClassifier'] };
    expect(coverageRemarks('webgpu', all)).toEqual([
      expect.stringMatching(
        /^nothing of the model runs on webgpu: all of its 3 nodes.*execution_provider: cpu/,
      ),
    ]);
    expect(isCpuOnly(all)).toBe(true);
  });

  it('is not made up where it is not known', () => {
    expect(coverageRemarks('webgpu', { unknown: 'ONNX Runtime wrote no profile' })).toEqual([
      'how much of the model runs on webgpu is not known: ONNX Runtime wrote no profile',
    ]);
    expect(isCpuOnly({ unknown: 'ONNX Runtime wrote no profile' })).toBe(false);
  });
});
