import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonRequest, readTensors } from '../support/infer-client.ts';
import { identity, mlp } from '../support/onnx-models.ts';
import { allDatatypes, sampleTensor } from '../support/sample-tensors.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  const models: Record<string, Uint8Array> = {
    'mlp/3/model.onnx': mlp(),
    'scalar/1/model.onnx': identity('FP64', []),
    'cube/1/model.onnx': identity('INT32', [-1, 2, -1]),
  };
  for (const datatype of allDatatypes) models[`${datatype}/1/model.onnx`] = identity(datatype, [-1, -1]);
  server = await startTestServer({ models });
});
afterAll(() => server[Symbol.asyncDispose]());

const row = '{"name":"x","shape":[1,4],"datatype":"FP32","data":[1,2,3,4]}';

describe('an inference request in JSON', () => {
  it.each(allDatatypes)('carries %s to the model and back without altering a value', async (datatype) => {
    const sent = sampleTensor(datatype);
    const { body, headers } = jsonRequest([sent]);
    const answer = await server.post(`/v2/models/${datatype}/infer`, body, headers);
    expect(answer.status, answer.bytes.toString()).toBe(200);
    const [output] = readTensors(answer);
    expect(output).toMatchObject({ name: 'y', datatype, shape: [2, 2] });
    expect(Array.from(output!.data as Iterable<unknown>)).toEqual(Array.from(sent.data as Iterable<unknown>));
  });

  it('is answered with the model, the version that answered and the id it came with', async () => {
    const { status, json } = await server.post('/v2/models/mlp/infer', `{"id":"order-7","inputs":[${row}]}`);
    expect(status).toBe(200);
    expect(json).toMatchObject({ id: 'order-7', model_name: 'mlp', model_version: '3' });
  });

  it('without an id gets one of its own', async () => {
    const ids = await Promise.all(
      [1, 2].map(async () => (await server.post('/v2/models/mlp/infer', `{"inputs":[${row}]}`)).json.id),
    );
    expect(ids[0]).toMatch(/^[\w-]{8,}$/);
    expect(ids[1]).not.toBe(ids[0]);
  });

  it('that names no outputs gets all of them, in the order of the model', async () => {
    const { json } = await server.post('/v2/models/mlp/infer', `{"inputs":[${row}]}`);
    expect(json.outputs).toEqual([
      { name: 'label', datatype: 'INT64', shape: [1], data: [expect.any(Number)] },
      { name: 'probabilities', datatype: 'FP32', shape: [1, 3], data: expect.any(Array) },
    ]);
    const probabilities: number[] = json.outputs[1].data;
    expect(probabilities.reduce((sum, p) => sum + p)).toBeCloseTo(1, 5);
    expect(json.outputs[0].data[0]).toBe(probabilities.indexOf(Math.max(...probabilities)));
  });

  it('gets the outputs it names, in its own order', async () => {
    const ask = async (names: string[]): Promise<string[]> => {
      const outputs = JSON.stringify(names.map((name) => ({ name })));
      const { json } = await server.post('/v2/models/mlp/infer', `{"inputs":[${row}],"outputs":${outputs}}`);
      return json.outputs.map((output: { name: string }) => output.name);
    };
    expect(await ask(['probabilities'])).toEqual(['probabilities']);
    expect(await ask(['probabilities', 'label'])).toEqual(['probabilities', 'label']);
  });

  it('may nest its data as deep as the shape, or give it flat', async () => {
    const ask = async (data: string): Promise<unknown> =>
      (
        await server.post(
          '/v2/models/cube/infer',
          `{"inputs":[{"name":"x","shape":[2,2,1],"datatype":"INT32","data":${data}}]}`,
        )
      ).json.outputs;
    const flat = await ask('[1,2,3,4]');
    expect(flat).toEqual([{ name: 'y', datatype: 'INT32', shape: [2, 2, 1], data: [1, 2, 3, 4] }]);
    expect(await ask('[[[1],[2]],[[3],[4]]]')).toEqual(flat);
  });

  it('may be a scalar', async () => {
    const { json } = await server.post(
      '/v2/models/scalar/infer',
      '{"inputs":[{"name":"x","shape":[],"datatype":"FP64","data":[2.5]}]}',
    );
    expect(json.outputs).toEqual([{ name: 'y', datatype: 'FP64', shape: [], data: [2.5] }]);
  });

  it('may have a dimension of size zero', async () => {
    const ask = async (shape: string): Promise<unknown> =>
      (
        await server.post(
          '/v2/models/cube/infer',
          `{"inputs":[{"name":"x","shape":${shape},"datatype":"INT32","data":[]}]}`,
        )
      ).json.outputs;
    expect(await ask('[0,2,3]')).toEqual([{ name: 'y', datatype: 'INT32', shape: [0, 2, 3], data: [] }]);
    expect(await ask('[3,2,0]')).toEqual([{ name: 'y', datatype: 'INT32', shape: [3, 2, 0], data: [] }]);
  });

  it('of no rows is answered with no rows', async () => {
    const { status, json } = await server.post(
      '/v2/models/mlp/infer',
      '{"inputs":[{"name":"x","shape":[0,4],"datatype":"FP32","data":[]}]}',
    );
    expect(status).toBe(200);
    expect(json.outputs.map((output: { shape: number[] }) => output.shape)).toEqual([[0], [0, 3]]);
  });

  it('of many rows is answered row by row, as each would be alone', async () => {
    const rows = Array.from({ length: 100 }, (_, i) => [Math.sin(i), Math.cos(i), i / 50 - 1, (i % 7) / 3]);
    const ask = async (some: number[][]): Promise<{ data: number[] }[]> =>
      (
        await server.post('/v2/models/mlp/infer', {
          inputs: [{ name: 'x', shape: [some.length, 4], datatype: 'FP32', data: some }],
        })
      ).json.outputs;
    const together = await ask(rows);
    expect(together[0]!.data).toHaveLength(100);
    for (const i of [0, 17, 99]) {
      const alone = await ask([rows[i]!]);
      expect(together[0]!.data[i]).toBe(alone[0]!.data[0]);
      for (const c of [0, 1, 2]) expect(together[1]!.data[3 * i + c]).toBeCloseTo(alone[1]!.data[c]!, 5);
    }
  });

  it('may name the version that answers', async () => {
    const { json } = await server.post('/v2/models/mlp/versions/3/infer', `{"inputs":[${row}]}`);
    expect(json.model_version).toBe('3');
  });

  it('is read whatever its content-type says, and without one', async () => {
    const bytes = Buffer.from(`{"inputs":[${row}]}`);
    const types: Record<string, string>[] = [
      {},
      { 'content-type': 'application/json; charset=utf-8' },
      { 'content-type': 'text/plain' },
      { 'content-type': 'application/x-www-form-urlencoded' },
    ];
    for (const headers of types) {
      expect((await server.post('/v2/models/mlp/infer', bytes, headers)).status).toBe(200);
    }
  });
});
