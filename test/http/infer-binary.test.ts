import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Tensor } from '../../src/protocol/tensor.ts';
import { binaryRequest, rawBytes, readTensors } from '../support/infer-client.ts';
import { identity, mlp, namedScalars, nanOnNegative } from '../support/onnx-models.ts';
import { allDatatypes, sampleTensor } from '../support/sample-tensors.ts';
import { type Answer, startTestServer, type TestServer } from '../support/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  const models: Record<string, Uint8Array> = {
    'mlp/1/model.onnx': mlp(),
    'nan/1/model.onnx': nanOnNegative(),
    'bank/1/model.onnx': namedScalars(),
  };
  for (const datatype of allDatatypes) models[`${datatype}/1/model.onnx`] = identity(datatype, [-1, -1]);
  server = await startTestServer({ models });
});
afterAll(() => server[Symbol.asyncDispose]());

const row: Tensor = { name: 'x', datatype: 'FP32', shape: [1, 4], data: Float32Array.of(1, 2, 3, 4) };

async function send(model: string, header: object, ...parts: Uint8Array[]): Promise<Answer> {
  const json = Buffer.from(JSON.stringify(header));
  const answer = await server.post(`/v2/models/${model}/infer`, Buffer.concat([json, ...parts]), {
    'inference-header-content-length': String(json.length),
  });
  expect(answer.status, answer.bytes.toString()).toBe(200);
  return answer;
}

const describeInput = ({ name, datatype, shape }: Tensor, bytes?: Uint8Array): object => ({
  ...{ name, datatype, shape },
  ...(bytes ? { parameters: { binary_data_size: bytes.length } } : {}),
});

/** Which outputs came how, by name. */
function forms(answer: Answer): Record<string, 'JSON' | 'binary'> {
  const length = answer.headers.get('inference-header-content-length');
  const header = JSON.parse(answer.bytes.subarray(0, length ? Number(length) : undefined).toString());
  return Object.fromEntries(
    header.outputs.map((output: { name: string; data?: unknown }) => [
      output.name,
      output.data === undefined ? 'binary' : 'JSON',
    ]),
  );
}

describe('an inference request with binary tensors', () => {
  it.each(allDatatypes)('carries %s to the model and back, bit by bit', async (datatype) => {
    const sent = sampleTensor(datatype);
    const { body, headers } = binaryRequest([sent]);
    const answer = await server.post(`/v2/models/${datatype}/infer`, body, headers);
    expect(answer.status, answer.bytes.toString()).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/octet-stream');
    const headerLength = Number(answer.headers.get('inference-header-content-length'));
    expect(answer.bytes.subarray(headerLength)).toEqual(rawBytes(sent));
    expect(readTensors(answer)[0]).toMatchObject({ name: 'y', datatype, shape: [2, 2] });
  });

  it('carries NaN and infinities, which JSON cannot', async () => {
    const sent: Tensor = {
      ...{ name: 'x', datatype: 'FP32', shape: [1, 3] },
      data: Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
    };
    const { body, headers } = binaryRequest([sent]);
    const [output] = readTensors(await server.post('/v2/models/FP32/infer', body, headers));
    expect(Array.from(output!.data as Float32Array)).toEqual(Array.from(sent.data as Float32Array));
  });

  it('whose answer cannot be JSON is told to ask for binary', async () => {
    const negative = { name: 'x', shape: [1, 4], datatype: 'FP32', data: [-1, 2, 3, 4] };
    const asJson = await server.post('/v2/models/nan/infer', { inputs: [negative] });
    expect(asJson.status).toBe(422);
    expect(asJson.json.error).toMatch(/"probabilities" holds NaN at index 0.*"binary_data": true/);
    const asBinary = await server.post('/v2/models/nan/infer', {
      inputs: [negative],
      parameters: { binary_data_output: true },
    });
    const scores = readTensors(asBinary).find((output) => output.name === 'probabilities')!;
    expect(Array.from(scores.data as Float32Array)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  it('may mix inputs in JSON and in binary, in an order of its own', async () => {
    const tensor = (name: string, data: Tensor['data']): Tensor => ({
      ...{ name, datatype: typeof data[0] === 'string' ? 'BYTES' : 'FP32', shape: [2, 1], data },
    });
    const age = tensor('age', Float32Array.of(20, 70));
    const job = tensor('job', ['student', 'retired']);
    const balance = tensor('balance', Float32Array.of(100, 5000));
    const mixed = await send(
      'bank',
      {
        inputs: [
          describeInput(job, rawBytes(job)),
          { ...describeInput(balance), data: [100, 5000] },
          describeInput(age, rawBytes(age)),
        ],
      },
      rawBytes(job),
      rawBytes(age),
    );
    const plain = await server.post('/v2/models/bank/infer', {
      inputs: [
        { ...describeInput(age), data: [20, 70] },
        { ...describeInput(balance), data: [100, 5000] },
        { ...describeInput(job), data: ['student', 'retired'] },
      ],
    });
    expect(mixed.json.outputs).toEqual(plain.json.outputs);
    expect(plain.json.outputs[0].data).toHaveLength(2);
  });

  it('gets binary outputs where the request as a whole asks for them', async () => {
    const bytes = rawBytes(row);
    const inputs = [describeInput(row, bytes)];
    expect(forms(await send('mlp', { inputs }, bytes))).toEqual({ label: 'JSON', probabilities: 'JSON' });
    expect(forms(await send('mlp', { inputs, parameters: { binary_data_output: true } }, bytes))).toEqual({
      label: 'binary',
      probabilities: 'binary',
    });
  });

  it('may ask for some outputs in binary and for others in JSON, whatever it says as a whole', async () => {
    const bytes = rawBytes(row);
    const inputs = [describeInput(row, bytes)];
    const one = { name: 'probabilities', parameters: { binary_data: true } };
    const answer = await send('mlp', { inputs, outputs: [one, { name: 'label' }] }, bytes);
    expect(forms(answer)).toEqual({ probabilities: 'binary', label: 'JSON' });
    const [probabilities, label] = readTensors(answer);
    const scores = Array.from(probabilities!.data as Float32Array);
    expect(label!.data[0]).toBe(BigInt(scores.indexOf(Math.max(...scores))));
    const other = { name: 'label', parameters: { binary_data: false } };
    expect(
      forms(
        await send(
          'mlp',
          { inputs, parameters: { binary_data_output: true }, outputs: [{ name: 'probabilities' }, other] },
          bytes,
        ),
      ),
    ).toEqual({ probabilities: 'binary', label: 'JSON' });
  });

  it('may be JSON throughout and still say how long the JSON is', async () => {
    const answer = await send('mlp', { inputs: [{ ...describeInput(row), data: [1, 2, 3, 4] }] });
    expect(forms(answer)).toEqual({ label: 'JSON', probabilities: 'JSON' });
  });

  it('may be the bytes of the only input and nothing else', async () => {
    const rows = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    const answer = await server.post('/v2/models/mlp/infer', Buffer.from(rows.buffer), {
      'content-type': 'application/octet-stream',
      'inference-header-content-length': '0',
    });
    expect(answer.status).toBe(200);
    expect(forms(answer)).toEqual({ label: 'binary', probabilities: 'binary' });
    expect(readTensors(answer).map((output) => output.shape)).toEqual([[2], [2, 3]]);
  });

  it('may have a dimension of size zero', async () => {
    const nothing: Tensor = { name: 'x', datatype: 'BYTES', shape: [0, 3], data: [] };
    const { body, headers } = binaryRequest([nothing]);
    const [output] = readTensors(await server.post('/v2/models/BYTES/infer', body, headers));
    expect(output).toMatchObject({ shape: [0, 3], data: [] });
  });

  it('may be megabytes large', async () => {
    const data = Float32Array.from({ length: 1_000_000 }, (_, i) => i);
    const { body, headers } = binaryRequest([{ name: 'x', datatype: 'FP32', shape: [1000, 1000], data }]);
    const [output] = readTensors(await server.post('/v2/models/FP32/infer', body, headers));
    expect(Buffer.compare(rawBytes(output!), rawBytes({ ...output!, data }))).toBe(0);
  });
});
