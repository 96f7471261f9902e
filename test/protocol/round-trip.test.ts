import { describe, expect, it } from 'vitest';
import { type Datatype, datatypes } from '../../src/protocol/datatype.ts';
import { decodeInferRequest } from '../../src/protocol/decode-infer-request.ts';
import { encodeInferReply } from '../../src/protocol/encode-infer-reply.ts';
import { elementCount, type Tensor, type TensorData } from '../../src/protocol/tensor.ts';
import { seededRandom } from '../support/random.ts';
import { signatureOf } from './sample-signature.ts';

/** A reply is a request but for the name of its list, so each codec is tried against the other. */
function asRequest(body: Uint8Array, headerLength: number | null) {
  const text = Buffer.from(body);
  const at = text.indexOf('"outputs":[');
  const request = Buffer.concat([text.subarray(0, at), Buffer.from('"inputs":['), text.subarray(at + 11)]);
  return { request, length: headerLength === null ? null : headerLength - 1 };
}

describe('what is encoded as a reply and decoded as a request', () => {
  it('is the same to the last bit, for all datatypes, shapes and mixtures', () => {
    const random = seededRandom(2026);
    for (let round = 0; round < 600; round++) {
      const tensors = Array.from({ length: 1 + Math.floor(random() * 4) }, (_, index) =>
        randomTensor(random, `t${index}`),
      );
      const binary = tensors.map(() => random() < 0.5);
      const id = random() < 0.5 ? null : `id-${round}`;
      const encoded = encodeInferReply({ model: 'fraud', version: '7', id, outputs: tensors, binary });
      const { request, length } = asRequest(encoded.body, encoded.headerLength);
      const signature = signatureOf(
        tensors.map(({ name, datatype, shape }) => ({ name, datatype, shape: shape.map(() => -1) })),
      );
      const decoded = decodeInferRequest(request, length, signature);
      expect(decoded.id).toBe(id);
      expect(decoded.inputs.map(bits)).toEqual(tensors.map(bits));
    }
  });
});

/** The tensor with its data as bytes, so that −0 and denormals count. */
function bits(tensor: Tensor) {
  const { data } = tensor;
  return { ...tensor, data: Array.isArray(data) ? data : { kind: data.constructor.name, hex: hexOf(data) } };
}

function hexOf(data: TensorData): string {
  return 'buffer' in data ? Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex') : '';
}

const names = Object.keys(datatypes).filter((name): name is Datatype => name in datatypes);
const dimensions = [0, 1, 1, 2, 3, 7];

function randomTensor(random: () => number, name: string): Tensor {
  const datatype = names[Math.floor(random() * names.length)]!;
  const shape = Array.from(
    { length: Math.floor(random() * 4) },
    () => dimensions[Math.floor(random() * dimensions.length)]!,
  );
  return { name, datatype, shape, data: randomData(random, datatype, elementCount(shape)) };
}

function randomData(random: () => number, datatype: Datatype, count: number): TensorData {
  if (datatype === 'BYTES') return Array.from({ length: count }, () => randomText(random));
  if (datatype === 'BOOL') return Uint8Array.from({ length: count }, () => (random() < 0.5 ? 0 : 1));
  const { bytes, array } = datatypes[datatype];
  const raw = Uint8Array.from({ length: count * bytes }, () => Math.floor(random() * 256));
  const data = new array(raw.buffer);
  if (data instanceof Float32Array || data instanceof Float64Array || data instanceof Float16Array) {
    for (let index = 0; index < data.length; index++) {
      if (!Number.isFinite(data[index])) data[index] = random() < 0.5 ? -0 : random();
    }
  } else if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    for (let index = 0; index < data.length; index++) data[index]! >>= BigInt(Math.floor(random() * 64));
  }
  return data;
}

function randomText(random: () => number): string {
  const alphabet = ['a', 'Z', ' ', '"', '\\', '/', '\n', '\u0001', '\u007f', 'é', '漢', '😀', '\u2028'];
  return Array.from(
    { length: Math.floor(random() * 12) },
    () => alphabet[Math.floor(random() * alphabet.length)],
  ).join('');
}
