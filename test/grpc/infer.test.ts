import { Metadata, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { datatypes } from '../../src/protocol/datatype.ts';
import type { Tensor } from '../../src/protocol/tensor.ts';
import {
  connectGrpc,
  type GrpcClient,
  rawRequest,
  requestMessage,
  typedRequest,
  typedValues,
} from '../support/grpc-client.ts';
import { rawBytes } from '../support/infer-client.ts';
import { identity, mlp, nanOnNegative, stringLabels } from '../support/onnx-models.ts';
import { allDatatypes, sampleTensor } from '../support/sample-tensors.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

let server: TestServer;
let client: GrpcClient;
beforeAll(async () => {
  const models: Record<string, Uint8Array> = {
    'mlp/1/model.onnx': mlp(),
    'mlp/2/model.onnx': mlp(),
    'nan/1/model.onnx': nanOnNegative(),
    'words/1/model.onnx': stringLabels(),
  };
  for (const datatype of allDatatypes) models[`${datatype}/1/model.onnx`] = identity(datatype, [-1, -1]);
  server = await startTestServer({ models, grpc: true, bodyLimitBytes: 100_000 });
  client = connectGrpc(server.server.grpcAddress);
});
afterAll(async () => {
  client[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
});

const row: Tensor = { name: 'x', datatype: 'FP32', shape: [1, 4], data: Float32Array.of(1, 2, 3, 4) };

async function refusal(request: object, metadata?: Metadata): Promise<{ code: status; details: string }> {
  const answered = await client.call('ModelInfer', request, metadata).then(
    (answer: unknown) => ({ answer }),
    (error: { code: status; details: string }) => error,
  );
  if ('answer' in answered) throw new Error(`it was answered: ${JSON.stringify(answered.answer)}`);
  return { code: answered.code, details: answered.details };
}

describe('ModelInfer with raw contents, as tritonclient sends them', () => {
  it.each(allDatatypes)('carries %s to the model and back, bit by bit', async (datatype) => {
    const sent = sampleTensor(datatype);
    const answer = await client.call('ModelInfer', rawRequest(datatype, [sent], { id: 'r1' }));
    expect(answer).toMatchObject({
      ...{ modelName: datatype, modelVersion: '1', id: 'r1' },
      outputs: [{ name: 'y', datatype, shape: ['2', '2'], contents: null }],
    });
    expect(answer.rawOutputContents.map(Buffer.from)).toEqual([rawBytes(sent)]);
  });

  it('answers what HTTP answers', async () => {
    const overHttp = await server.post('/v2/models/mlp/infer', {
      inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 4], data: [1, 2, 3, 4] }],
    });
    const answer = await client.call('ModelInfer', rawRequest('mlp', [row]));
    const names = answer.outputs.map(({ name }: { name: string }) => name);
    const scores = Buffer.from(answer.rawOutputContents[names.indexOf('probabilities')]);
    const [, probabilities] = overHttp.json.outputs;
    expect(scores.readFloatLE(0)).toBeCloseTo(probabilities.data[0], 6);
    expect(answer.id).not.toBe('');
  });

  it('gives the outputs that are asked for, in that order, and names the version that may be asked', async () => {
    const one = await client.call(
      'ModelInfer',
      rawRequest('mlp', [row], { outputs: [{ name: 'probabilities' }], modelVersion: '1' }),
    );
    expect(one.outputs.map(({ name }: { name: string }) => name)).toEqual(['probabilities']);
    expect(one.rawOutputContents).toHaveLength(1);
  });

  it('takes messages that the client compressed', async () => {
    for (const algorithm of [1, 2]) {
      using packing = connectGrpc(server.server.grpcAddress, {
        'grpc.default_compression_algorithm': algorithm,
      });
      const answer = await packing.call('ModelInfer', rawRequest('mlp', [row], { id: 'packed' }));
      expect(answer.id).toBe('packed');
    }
  });
});

describe('ModelInfer with typed contents, as KServe sends them', () => {
  const typed = allDatatypes.filter((datatype) => datatype !== 'FP16');

  it.each(typed)('carries %s to the model and back in the same form', async (datatype) => {
    const sent = sampleTensor(datatype);
    const answer = await client.call('ModelInfer', typedRequest(datatype, [sent]));
    expect(answer.rawOutputContents).toEqual([]);
    const [output] = answer.outputs;
    expect(output).toMatchObject({ name: 'y', datatype, shape: ['2', '2'] });
    expect(typedValues(output)).toEqual(Array.from(sent.data as readonly unknown[]));
  });

  it('takes values that are not packed, as proto2 writes them', async () => {
    const message = requestMessage(
      typedRequest('INT32', [{ name: 'x', datatype: 'INT32', shape: [1, 2], data: Int32Array.of(-1, 7) }]),
    );
    const packed = Buffer.from('120b ffffffffffffffffff01 07'.replaceAll(' ', ''), 'hex');
    const unpacked = Buffer.from('10 ffffffffffffffffff01 10 07'.replaceAll(' ', ''), 'hex');
    // One byte longer: the lengths around it are those of the contents and of the input.
    const at = message.indexOf(packed);
    expect(at).toBeGreaterThan(0);
    expect(unpacked).toHaveLength(packed.length);
    const bytes = Buffer.concat([message.subarray(0, at), unpacked, message.subarray(at + packed.length)]);
    const answer = await client.callWith('ModelInfer', bytes);
    expect(answer.includes(packed)).toBe(true);
  });

  it('answers raw where an output has no typed form, or where that is asked for', async () => {
    const half = sampleTensor('FP16');
    const asTyped = await client.call(
      'ModelInfer',
      rawRequest('FP16', [half], { parameters: { binary_data_output: { boolParam: false } } }),
    );
    expect(asTyped.rawOutputContents.map(Buffer.from)).toEqual([rawBytes(half)]);
    const asRaw = await client.call(
      'ModelInfer',
      typedRequest('FP32', [sampleTensor('FP32')], {
        parameters: { binary_data_output: { boolParam: true } },
      }),
    );
    expect(asRaw.rawOutputContents.map(Buffer.from)).toEqual([rawBytes(sampleTensor('FP32'))]);
  });

  it('answers labels that are text', async () => {
    const answer = await client.call('ModelInfer', typedRequest('words', [row]));
    const labels = answer.outputs.find(({ datatype }: { datatype: string }) => datatype === 'BYTES');
    const overHttp = await server.post('/v2/models/words/infer', {
      inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 4], data: [1, 2, 3, 4] }],
    });
    expect(typedValues(labels)).toEqual(
      overHttp.json.outputs.find((one: { datatype: string }) => one.datatype === 'BYTES').data,
    );
  });

  it('answers NaN, which JSON could not', async () => {
    const negative = { ...row, data: Float32Array.of(-1, 2, 3, 4) };
    const answer = await client.call(
      'ModelInfer',
      typedRequest('nan', [negative], { outputs: [{ name: 'probabilities' }] }),
    );
    expect(answer.outputs[0].contents.fp32Contents).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });
});

describe('a gRPC request that is wrong', () => {
  const cases: Record<string, [object, status, RegExp]> = {
    'for a model that is not there': [
      rawRequest('nobody', [row]),
      status.NOT_FOUND,
      /^no model is called "nobody"; there are /,
    ],
    'for a shadow': [
      rawRequest('mlp', [row], { modelVersion: '2' }),
      status.NOT_FOUND,
      /^version 2 of model mlp is a shadow .*; version 1 answers: name that one, or none for whichever is primary$/,
    ],
    'with an unknown input': [
      rawRequest('mlp', [{ ...row, name: 'z' }]),
      status.INVALID_ARGUMENT,
      /has no input "z"; it takes "x"/,
    ],
    'with no input': [{ modelName: 'mlp' }, status.INVALID_ARGUMENT, /^The request lacks the input "x"/],
    'with an input twice': [
      rawRequest('mlp', [row, row]),
      status.INVALID_ARGUMENT,
      /^The input "x" is given twice/,
    ],
    'of the wrong shape': [
      rawRequest('mlp', [{ ...row, shape: [1, 5] }]),
      status.INVALID_ARGUMENT,
      /dimension 1 is 5 instead of 4/,
    ],
    'of a negative shape': [
      rawRequest('mlp', [{ ...row, shape: [-1, 4] }]),
      status.INVALID_ARGUMENT,
      /dimension 0 of its shape is -1/,
    ],
    'of the wrong datatype': [
      rawRequest('mlp', [{ ...row, datatype: 'FP64' }]),
      status.INVALID_ARGUMENT,
      /has datatype FP64; .* takes FP32 there/,
    ],
    'of an unknown datatype': [
      { modelName: 'mlp', inputs: [{ name: 'x', datatype: 'BF16', shape: [1, 4] }] },
      status.INVALID_ARGUMENT,
      /"datatype" is "BF16"; it must be one of BOOL/,
    ],
    'with too few bytes': [
      { ...rawRequest('mlp', [row]), rawInputContents: [Buffer.alloc(12)] },
      status.INVALID_ARGUMENT,
      /has 12 bytes of binary data; FP32 of shape \[1,4\] needs 16/,
    ],
    'with more raw contents than inputs': [
      { ...rawRequest('mlp', [row]), rawInputContents: [rawBytes(row), rawBytes(row)] },
      status.INVALID_ARGUMENT,
      /has 1 input and 2 raw_input_contents/,
    ],
    'with raw and typed contents': [
      { ...typedRequest('mlp', [row]), rawInputContents: [rawBytes(row)] },
      status.INVALID_ARGUMENT,
      /has typed contents, and the request has raw_input_contents/,
    ],
    'with too few values': [
      typedRequest('mlp', [{ ...row, data: Float32Array.of(1, 2, 3) }]),
      status.INVALID_ARGUMENT,
      /fp32_contents.*needs 4 values/,
    ],
    'with too many values': [
      typedRequest('mlp', [{ ...row, data: Float32Array.of(1, 2, 3, 4, 5) }]),
      status.INVALID_ARGUMENT,
      /has 5 values in fp32_contents; the shape \[1,4\] needs 4 values/,
    ],
    'with values of another type': [
      {
        modelName: 'mlp',
        inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 4], contents: { fp64Contents: [1, 2, 3, 4] } }],
      },
      status.INVALID_ARGUMENT,
      /has values in fp64_contents; those of FP32 belong into fp32_contents/,
    ],
    'with a value out of range': [
      {
        modelName: 'INT8',
        inputs: [{ name: 'x', datatype: 'INT8', shape: [1, 1], contents: { intContents: [200] } }],
      },
      status.INVALID_ARGUMENT,
      /element 0 is 200; INT8 takes whole numbers from -128 to 127/,
    ],
    'with typed FP16': [
      {
        modelName: 'FP16',
        inputs: [{ name: 'x', datatype: 'FP16', shape: [1, 1], contents: { fp32Contents: [2] } }],
      },
      status.INVALID_ARGUMENT,
      /FP16, which typed contents have no place for/,
    ],
    'for an unknown output': [
      rawRequest('mlp', [row], { outputs: [{ name: 'z' }] }),
      status.INVALID_ARGUMENT,
      /has no output "z"/,
    ],
    'for a classification': [
      rawRequest('mlp', [row], {
        outputs: [{ name: 'label', parameters: { classification: { int64Param: 3 } } }],
      }),
      status.INVALID_ARGUMENT,
      /"classification" is not supported/,
    ],
    'with shared memory': [
      {
        modelName: 'mlp',
        inputs: [
          {
            name: 'x',
            datatype: 'FP32',
            shape: [1, 4],
            parameters: { shared_memory_region: { stringParam: 'a' } },
          },
        ],
      },
      status.INVALID_ARGUMENT,
      /"shared_memory_region" is not supported/,
    ],
    'of a sequence': [
      rawRequest('mlp', [row], { parameters: { sequence_id: { int64Param: 7 } } }),
      status.INVALID_ARGUMENT,
      /"sequence_id" is not supported/,
    ],
    'with a timestamp without a zone': [
      rawRequest('mlp', [row], { parameters: { timestamp: { stringParam: '2026-11-23T15:11:00' } } }),
      status.INVALID_ARGUMENT,
      /has no time zone/,
    ],
    'with a long id': [
      rawRequest('mlp', [row], { id: 'a'.repeat(300) }),
      status.INVALID_ARGUMENT,
      /The request id has 300 characters/,
    ],
    'that is too large': [
      rawRequest('mlp', [{ ...row, shape: [30_000, 1], data: new Float32Array(30_000) }]),
      status.RESOURCE_EXHAUSTED,
      /larger than max \(120026 vs 100000\)/,
    ],
  };

  it.each(Object.entries(cases))(
    '%s is refused with the sentence of HTTP',
    async (_, [request, code, sentence]) => {
      const refused = await refusal(request);
      expect(refused.details).toMatch(sentence);
      expect(status[refused.code]).toBe(status[code]);
    },
  );

  it('that is no protobuf is refused with the place', async () => {
    const message = requestMessage(rawRequest('mlp', [row]));
    const cut = client.callWith('ModelInfer', message.subarray(0, message.length - 3));
    await expect(cut).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: expect.stringMatching(/a field of 16 bytes is cut short, at byte \d+/),
    });
    for (const bytes of ['00', '0b', '0f', `08${'ff'.repeat(11)}`, '0a0541', '0dffff']) {
      const answer = client.callWith('ModelInfer', Buffer.from(bytes, 'hex'));
      await expect(answer).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
    }
    await expect(client.callWith('ModelReady', Buffer.from('0a05', 'hex'))).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
    });
  });

  it('that unpacks to more than the limit is refused, however small it came', async () => {
    using packing = connectGrpc(server.server.grpcAddress, { 'grpc.default_compression_algorithm': 2 });
    const bomb = packing.call(
      'ModelInfer',
      rawRequest('mlp', [{ ...row, data: new Float32Array(1_000_000) }]),
    );
    await expect(bomb).rejects.toMatchObject({
      code: status.RESOURCE_EXHAUSTED,
      details: expect.stringMatching(/decompresses to a size larger than 100000/),
    });
  });

  it('of a million empty fields is refused before it keeps anybody waiting', async () => {
    await expect(
      client.callWith('ModelInfer', Buffer.from('3a00'.repeat(40_000), 'hex')),
    ).rejects.toMatchObject({
      ...{ code: status.INVALID_ARGUMENT, details: expect.stringMatching(/more than 16384 fields/) },
    });
  });

  it('fails alone among others of its batch', async () => {
    const good = rawRequest('mlp', [row]);
    const bad = rawRequest('mlp', [{ ...row, shape: [1, 5] }]);
    const results = await Promise.allSettled(
      [good, bad, good, bad].map((request) => client.call('ModelInfer', request)),
    );
    expect(results.map((result) => result.status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'rejected',
    ]);
  });
});

describe('what comes with a gRPC call', () => {
  it('is id, entity and segments, from its parameters and its metadata', async () => {
    const metadata = new Metadata();
    metadata.set('x-segment-channel', 'web');
    metadata.set('x-request-id', 'from-metadata');
    const answer = await client.call(
      'ModelInfer',
      rawRequest('mlp', [row], {
        parameters: { 'segment.country': { stringParam: 'DE' }, entity: { int64Param: 17 } },
      }),
      metadata,
    );
    expect(answer.id).toBe('from-metadata');
    await server.report('mlp');
    const { json } = await server.get('/v2/models/mlp/comparisons');
    const compared = json.comparisons.find(
      (one: { request_id: string }) => one.request_id === 'from-metadata',
    );
    // A quarter of the entities is sampled, and 17 may not be among them.
    if (compared) expect(compared).toMatchObject({ seg_country: 'DE', seg_channel: 'web' });
    expect(
      (await refusal(rawRequest('mlp', [row], { parameters: { 'segment.a b': { stringParam: 'x' } } })))
        .details,
    ).toMatch(/The segment name "a b" is not usable/);
  });
});

describe('every datatype', () => {
  it('is in the tests above', () => {
    expect([...allDatatypes].sort()).toEqual(Object.keys(datatypes).sort());
  });
});
