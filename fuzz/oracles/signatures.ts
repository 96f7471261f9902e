import type { ModelSignature, TensorSpec } from '../../src/protocol/signature.ts';

function signatureOf(
  inputs: readonly TensorSpec[],
  featureNames: readonly string[] | null = null,
): ModelSignature {
  return {
    ...{ model: 'fraud', version: '7', inputs, featureNames },
    outputs: [
      { name: 'label', datatype: 'INT64', shape: [-1] },
      { name: 'probabilities', datatype: 'FP32', shape: [-1, 2] },
    ],
  };
}

/** Models of every kind of input, chosen by a digit at the start of an input. */
export const signatures: readonly ModelSignature[] = [
  signatureOf([{ name: 'x', datatype: 'FP32', shape: [-1, 3] }], ['age', 'amount', 'é']),
  signatureOf([
    { name: 'x', datatype: 'FP32', shape: [-1, 2] },
    { name: 'id', datatype: 'INT64', shape: [-1] },
    { name: 'ok', datatype: 'BOOL', shape: [-1] },
    { name: 'text', datatype: 'BYTES', shape: [-1] },
  ]),
  signatureOf([
    { name: 'a', datatype: 'INT8', shape: [2] },
    { name: 'b', datatype: 'UINT16', shape: [-1, -1] },
    { name: 'c', datatype: 'INT32', shape: [] },
    { name: 'd', datatype: 'UINT64', shape: [1, -1] },
  ]),
  signatureOf([
    { name: 'h', datatype: 'FP16', shape: [-1] },
    { name: 'd', datatype: 'FP64', shape: [-1, 1] },
  ]),
  signatureOf([{ name: 'text', datatype: 'BYTES', shape: [-1, 1] }]),
  signatureOf([{ name: 'z', datatype: 'UINT8', shape: [-1, 0] }]),
  signatureOf([{ name: 'i', datatype: 'UINT32', shape: [-1, 2, 2] }]),
  signatureOf([{ name: 's', datatype: 'INT16', shape: [] }]),
];

/** The signature that the first byte asks for, and the bytes after it. */
export function chosenSignature(input: Buffer): { signature: ModelSignature; body: Buffer } {
  return { signature: signatures[(input[0] ?? 0) % signatures.length]!, body: input.subarray(1) };
}
