import type { ModelSignature, TensorSpec } from '../../src/protocol/signature.ts';

/** A model with these inputs and one FP32 output `y`, unless said otherwise. */
export function signatureOf(
  inputs: readonly TensorSpec[],
  outputs: readonly TensorSpec[] = [{ name: 'y', datatype: 'FP32', shape: [-1, 2] }],
  featureNames: readonly string[] | null = null,
): ModelSignature {
  return { model: 'fraud', version: '7', inputs, outputs, featureNames };
}
