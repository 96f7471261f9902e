import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';
import { decodeGrpcRequest } from '../../src/protocol/decode-grpc-request.ts';
import { idOfGrpcRequest, scanGrpcRequest } from '../../src/protocol/scan-grpc-request.ts';
import type { Tensor } from '../../src/protocol/tensor.ts';
import { contentsFields } from '../../src/protocol/typed-contents.ts';
import type { FuzzTarget } from '../engine/fuzz-target.ts';
import { protobufMutations } from '../engine/protobuf-mutations.ts';
import { checkBytes } from '../oracles/plain-tensor.ts';
import { checkSame, misaligned, outcomeOf } from '../oracles/refusal.ts';
import { chosenSignature } from '../oracles/signatures.ts';

const proto = readFileSync(new URL('../../src/grpc/inference.proto', import.meta.url), 'utf8');
const message = protobuf.parse(proto, { keepCase: true }).root.lookupType('inference.ModelInferRequest');

interface PlainInput {
  readonly name: string;
  readonly shape: readonly bigint[];
  readonly contents?: Readonly<Record<string, readonly unknown[]>>;
}

interface PlainRequest {
  readonly model_name: string;
  readonly model_version: string;
  readonly id: string;
  readonly inputs: readonly PlainInput[];
  readonly raw_input_contents: readonly Buffer[];
}

function seed(model: string, request: object): Buffer {
  return Buffer.concat([Buffer.from(model), message.encode(message.fromObject(request)).finish()]);
}

/** Messages of the inference service against protobufjs; the first byte chooses the model. */
export const target: FuzzTarget = {
  mutations: protobufMutations,
  seeds: [
    seed('0', {
      ...{ model_name: 'fraud', model_version: '7', id: 'r1', outputs: [{ name: 'label' }] },
      parameters: {
        ...{
          entity: { int64_param: 17 },
          'segment.country': { string_param: 'DE' },
          priority: { int64_param: 2 },
        },
        ...{ timestamp: { string_param: '2026-11-23T15:11:00Z' }, binary_data_output: { bool_param: true } },
        timeout: { uint64_param: 5 },
      },
      inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 3] }],
      raw_input_contents: [Buffer.alloc(12, 1)],
    }),
    seed('1', {
      model_name: 'fraud',
      inputs: [
        { name: 'x', datatype: 'FP32', shape: [1, 2], contents: { fp32_contents: [1, -2.5] } },
        { name: 'id', datatype: 'INT64', shape: [1], contents: { int64_contents: [-1] } },
        { name: 'ok', datatype: 'BOOL', shape: [1], contents: { bool_contents: [true] } },
        { name: 'text', datatype: 'BYTES', shape: [1], contents: { bytes_contents: [Buffer.from('hé')] } },
      ],
    }),
    seed('2', {
      inputs: [
        { name: 'a', datatype: 'INT8', shape: [2], contents: { int_contents: [-128, 127] } },
        { name: 'b', datatype: 'UINT16', shape: [1, 2], contents: { uint_contents: [65535, 0] } },
        { name: 'c', datatype: 'INT32', shape: [], contents: { int_contents: [-5] } },
        { name: 'd', datatype: 'UINT64', shape: [1, 1], contents: { uint64_contents: [7] } },
      ],
    }),
    seed('3', {
      inputs: [
        { name: 'h', datatype: 'FP16', shape: [2] },
        { name: 'd', datatype: 'FP64', shape: [1, 1] },
      ],
      raw_input_contents: [Buffer.alloc(4, 1), Buffer.alloc(8, 2)],
    }),
    seed('3', {
      inputs: [
        { name: 'h', datatype: 'FP16', shape: [0] },
        { name: 'd', datatype: 'FP64', shape: [1, 1], contents: { fp64_contents: [0.1] } },
      ],
    }),
  ],
  run(input) {
    const { signature, body } = chosenSignature(input);
    const id = idOfGrpcRequest(body);
    const scanned = outcomeOf(() => scanGrpcRequest(body));
    const outcome = outcomeOf(() => decodeGrpcRequest(body, signature));
    checkSame(
      outcome,
      outcomeOf(() => decodeGrpcRequest(misaligned(body), signature)),
      'misaligned',
    );
    // What cannot be routed is refused before it is decoded.
    if (scanned.kind === 'refused' || outcome.kind === 'refused') return;
    const plain = message.toObject(message.decode(body), { longs: BigInt, defaults: true }) as PlainRequest;
    const { model, version } = scanned.value;
    if (model !== plain.model_name) throw new Error(`the model is ${model} instead of ${plain.model_name}`);
    if ((version ?? '') !== plain.model_version) throw new Error(`the version is ${version}`);
    if (id !== plain.id || (outcome.value.id ?? '') !== plain.id)
      throw new Error(`the id is not ${plain.id}`);
    for (const [i, one] of plain.inputs.entries()) {
      const tensor = outcome.value.inputs.find(({ name }) => name === one.name)!;
      if (tensor.shape.join() !== one.shape.join()) throw new Error(`the shape is ${tensor.shape}`);
      const raw = plain.raw_input_contents[i];
      if (raw) checkBytes(tensor, Buffer.from(raw));
      else checkContents(tensor, one);
    }
  },
};

function checkContents({ name, datatype, data }: Tensor, { contents }: PlainInput): void {
  const values = contents?.[contentsFields[datatype]!.name] ?? [];
  if (values.length !== data.length) throw new Error(`${name} has ${data.length} values of ${values.length}`);
  for (const [i, value] of values.entries()) {
    if (!Object.is(data[i], plainElement(value))) {
      throw new Error(`element ${i} of ${name} is ${data[i]} instead of ${plainElement(value)}`);
    }
  }
}

function plainElement(value: unknown): unknown {
  if (value instanceof Uint8Array) return new TextDecoder('utf-8', { ignoreBOM: true }).decode(value);
  return typeof value === 'boolean' ? Number(value) : value;
}
