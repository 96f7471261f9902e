import { describe, expect, it } from 'vitest';
import { providerMismatch } from '../../../src/inference/execution-provider/mismatch.ts';

describe('primary and shadow', () => {
  const on = (provider: string, version: string) => ({
    provider,
    signature: { model: 'fraud', version, inputs: [], outputs: [], featureNames: null },
  });

  it('may be compared in everything when they run on the same provider', () => {
    expect(providerMismatch(on('cuda', '7'), on('cuda', '8'))).toBeNull();
  });

  it('are told apart when they do not', () => {
    expect(providerMismatch(on('cuda', '7'), on('cpu', '8'))).toBe(
      'version 7, the primary, runs on cuda and version 8 on cpu: their latency and cost cannot be compared, and scores may differ in the last digits for that reason alone',
    );
  });
});
