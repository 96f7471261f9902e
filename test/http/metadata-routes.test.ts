import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identity, linearRegression, mlp, namedScalars, sequenceMajor } from '../support/onnx-models.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const v7 = mlp({ seed: 7, featureNames: ['a', 'b', 'c', 'd'] });
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    models: {
      'fraud/deployment.yaml': 'instance_group: {execution_provider: cpu}',
      'fraud/6/model.onnx': mlp({ seed: 6 }),
      'fraud/7/model.onnx': v7,
      'fraud/8/model.onnx': mlp({ seed: 8, inputs: 4 }),
      'bank/1/model.onnx': namedScalars(),
      'house/1/model.onnx': linearRegression(),
      'centred/1/model.onnx': sequenceMajor(),
      'cube/1/model.onnx': identity('FP16', [-1, 2, -1]),
    },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

describe('the metadata of a model', () => {
  it('says what the primary takes and gives, as its file declares it', async () => {
    const { status, json } = await server.get('/v2/models/fraud');
    expect(status).toBe(200);
    expect(json).toMatchObject({
      name: 'fraud',
      versions: ['7', '8'],
      platform: 'onnxruntime_onnx',
      inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 4] }],
      outputs: [
        { name: 'label', datatype: 'INT64', shape: [-1] },
        { name: 'probabilities', datatype: 'FP32', shape: [-1, 3] },
      ],
    });
  });

  it('adds roles, hash, provider, batching, task and column names', async () => {
    const { json } = await server.get('/v2/models/fraud');
    expect(json.parameters).toEqual({
      version: '7',
      roles: { 6: null, 7: 'primary', 8: 'shadow' },
      sha256: createHash('sha256').update(v7).digest('hex'),
      files: [{ file: 'model.onnx', sha256: createHash('sha256').update(v7).digest('hex') }],
      execution_provider: 'cpu',
      dynamic_batching: true,
      task: 'classification',
      feature_names: ['a', 'b', 'c', 'd'],
      remarks: [],
    });
  });

  it('is there for a shadow, and says why it is not for a version without a role', async () => {
    expect((await server.get('/v2/models/fraud/versions/8')).json.parameters.version).toBe('8');
    expect(await server.get('/v2/models/fraud/versions/6')).toMatchObject({
      status: 503,
      json: { error: expect.stringContaining('version 6 has no role') },
    });
  });

  it('knows texts, several inputs, dynamic dimensions without a name, and an unwrapped ZipMap', async () => {
    const { json } = await server.get('/v2/models/bank');
    expect(json.inputs).toEqual([
      { name: 'age', datatype: 'FP32', shape: [-1, 1] },
      { name: 'balance', datatype: 'FP32', shape: [-1, 1] },
      { name: 'job', datatype: 'BYTES', shape: [-1, 1] },
    ]);
    expect(json.outputs).toMatchObject([
      { name: 'output_label', datatype: 'BYTES', shape: [-1] },
      { name: 'output_probability', datatype: 'FP32', shape: [-1, 2] },
    ]);
    expect((await server.get('/v2/models/cube')).json.inputs[0]).toEqual({
      ...{ name: 'x', datatype: 'FP16', shape: [-1, 2, -1] },
    });
  });

  it('tells the task, and whether requests share runs', async () => {
    expect((await server.get('/v2/models/house')).json.parameters.task).toBe('regression');
    expect((await server.get('/v2/models/cube')).json.parameters.task).toBe('opaque');
    expect((await server.get('/v2/models/centred')).json.parameters.dynamic_batching).toBe(false);
  });

  it('is not there for a model that is not', async () => {
    expect(await server.get('/v2/models/frod')).toMatchObject({
      status: 404,
      json: { error: expect.stringMatching(/no model is called "frod"; there are bank, centred/) },
    });
    expect((await server.get('/v2/models/fraud/versions/77')).status).toBe(404);
  });
});

describe('GET /', () => {
  it('lists the models with their roles, and paths that are there', async () => {
    const { json } = await server.get('/');
    expect(json.models).toContainEqual({
      ...{ name: 'fraud', primary: '7', shadows: ['8'], ready: true },
      execution_providers: { 7: 'cpu', 8: 'cpu' },
    });
    for (const route of Object.keys(json.paths)) {
      const [method, path] = route.split(' ') as [string, string];
      const concrete = path.replace('{model}', 'fraud');
      // The body of a live stream would not end.
      const answer = await fetch(server.url + concrete, {
        method,
        ...(method === 'GET' ? {} : { body: '{' }),
      });
      await answer.body?.cancel();
      expect(answer.status, route).not.toBe(404);
    }
  });
});
