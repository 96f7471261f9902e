import { describe, expect, it } from 'vitest';
import { UnderstudyError } from '../../src/errors.ts';
import { decodeGrpcRequest } from '../../src/protocol/decode-grpc-request.ts';
import { idOfGrpcRequest, scanGrpcRequest } from '../../src/protocol/scan-grpc-request.ts';
import type { Tensor } from '../../src/protocol/tensor.ts';
import { elementCount } from '../../src/protocol/tensor.ts';
import { rawRequest, requestMessage, typedRequest } from '../support/grpc-client.ts';
import { seededRandom } from '../support/random.ts';
import { signatureOf } from './sample-signature.ts';

const tensors: readonly Tensor[] = [
  { name: 'x', datatype: 'FP32', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
  { name: 'id', datatype: 'INT64', shape: [2], data: BigInt64Array.of(-1n, 2n ** 53n + 1n) },
  { name: 'small', datatype: 'INT8', shape: [2], data: Int8Array.of(-1, 100) },
  { name: 'ok', datatype: 'BOOL', shape: [2], data: Uint8Array.of(1, 0) },
  { name: 'text', datatype: 'BYTES', shape: [2], data: ['é😀', ''] },
];
const signature = signatureOf(
  tensors.map(({ name, datatype, shape }) => ({ name, datatype, shape: [-1, ...shape.slice(1)] })),
);
const extra = {
  ...{ id: 'r1', modelVersion: '7', outputs: [{ name: 'y' }] },
  parameters: {
    entity: { int64Param: 17 },
    'segment.country': { stringParam: 'DE' },
    timestamp: { stringParam: '2026-11-23T15:11:00Z' },
    binary_data_output: { boolParam: true },
  },
};
const messages = [
  requestMessage(rawRequest('fraud', tensors, extra)),
  requestMessage(typedRequest('fraud', tensors, extra)),
];

/** One to four small damages. */
function mutate(message: Buffer, random: () => number): Buffer {
  let bytes: Buffer = Buffer.from(message);
  for (let times = 1 + Math.floor(random() * 4); times > 0; times--) {
    const at = Math.floor(random() * bytes.length);
    const to = at + Math.floor(random() * 20);
    const kind = Math.floor(random() * 5);
    if (kind === 0) bytes[at] = Math.floor(random() * 256);
    else if (kind === 1) bytes[at] = bytes[at]! ^ (1 << Math.floor(random() * 8));
    else if (kind === 2) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(to)]);
    else if (kind === 3) bytes = Buffer.concat([bytes.subarray(0, to), bytes.subarray(at)]);
    else bytes = bytes.subarray(0, at);
    if (bytes.length === 0) return bytes;
  }
  return bytes;
}

describe('a damaged gRPC message', () => {
  it('is decoded or refused with a sentence, and never anything else', () => {
    const random = seededRandom(7);
    const codes = new Set<string>();
    let decoded = 0;
    for (let round = 0; round < 6000; round++) {
      const bytes = mutate(messages[round % 2]!, random);
      try {
        expect(typeof idOfGrpcRequest(bytes)).toBe('string');
        scanGrpcRequest(bytes);
        const request = decodeGrpcRequest(bytes, signature);
        for (const { shape, data } of request.inputs) expect(data.length).toBe(elementCount(shape));
        decoded++;
      } catch (error) {
        if (!(error instanceof UnderstudyError)) throw error;
        expect(error.status).toBe(400);
        expect(error.message).toMatch(/\.$/);
        codes.add(error.code);
      }
    }
    expect(decoded).toBeGreaterThan(150);
    for (const code of [
      'MALFORMED_MESSAGE',
      'WRONG_LENGTH',
      'WRONG_SHAPE',
      'UNKNOWN_INPUT',
      'INVALID_UTF8',
    ]) {
      expect(codes).toContain(code);
    }
  });
});
