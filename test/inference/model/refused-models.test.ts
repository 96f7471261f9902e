import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  bfloat16Input,
  externalData,
  externalDataMissing,
  garbage,
  int4Output,
  mlp,
  sequenceOutput,
  throwing,
  zipMapInside,
} from '../../support/onnx-models.ts';
import { startTestServer, type TestServer } from '../../support/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    models: {
      'good/1/model.onnx': mlp(),
      'sequence/1/model.onnx': sequenceOutput(),
      'int4/1/model.onnx': int4Output(),
      'undeclared_int4/1/model.onnx': int4Output({ declared: false }),
      'bfloat16/1/model.onnx': bfloat16Input(),
      'lost_weights/1/model.onnx': externalDataMissing(),
      'foreign_weights/1/model.onnx': externalData({ location: '../../good/1/model.onnx' }),
      'zip_map_inside/1/model.onnx': zipMapInside(),
      'garbage/1/model.onnx': garbage(),
      'empty/1/model.onnx': '',
      'misspelt/1/model.onnx': mlp(),
      'misspelt/deployment.yaml': 'dynamic_batching: {max_batch: 4}',
      'absent/1/model.onnx': mlp(),
      'absent/deployment.yaml': 'primary: 7',
      'no_output/1/model.onnx': mlp(),
      'no_output/deployment.yaml': 'outputs: {scores: probs}',
      'no_input/1/model.onnx': mlp(),
      'no_input/deployment.yaml': 'segments: {band: {input: y}}',
      'no_column/1/model.onnx': mlp(),
      'no_column/deployment.yaml': 'segments: {band: {input: x, column: 4}}',
      'few_names/1/model.onnx': mlp(),
      'few_names/deployment.yaml': 'features: [a, b, c]',
      'no_cuda/1/model.onnx': mlp(),
      'no_cuda/deployment.yaml': 'instance_group: {execution_provider: cuda}',
      'bad_shadow/1/model.onnx': mlp(),
      'bad_shadow/2/model.onnx': garbage(),
      'broken/1/model.onnx': throwing(),
    },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

const body = { inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 4], data: [1, 2, 3, 4] }] };

describe('a model that cannot be served', () => {
  it.each([
    ['sequence', /"pieces" is not a tensor|sequence/],
    ['int4', /'y' is a tensor of int4;.*Put a Cast/],
    ['undeclared_int4', /int4|type/],
    ['bfloat16', /bfloat16/],
    ['lost_weights', /weights\.bin/],
    ['foreign_weights', /\.\.\/\.\.\/good/],
    ['zip_map_inside', /ZipMap|output_probability/],
    ['garbage', /ONNX/],
    ['empty', /ONNX|empty/],
    ['misspelt', /dynamic_batching: unknown key "max_batch"; allowed are max_batch_size/],
    ['absent', /names version 7, which is not in the repository; there are 1/],
    ['no_input', /takes segment "band" from input "y"; the model has "x"/],
    ['no_column', /column 4; its columns are 0 to 3/],
    ['few_names', /names 3 features, for a model with a single \[N, 3\] input; this one takes "x" \[-1,4\]/],
    ['no_output', /names output "probs"; the model has "label", "probabilities"/],
    ['no_cuda', /execution_provider cuda needs .*providers_cuda.*not installed/],
  ])('%s is refused with the reason, in the log and wherever it is asked for', async (model, reason) => {
    const logged = server.logged.filter(
      (line) => line.level === 'error' && 'model' in line.details && line.details.model === model,
    );
    expect(logged.map((line) => line.message)).toEqual([expect.stringMatching(reason)]);

    for (const path of [`/v2/models/${model}/ready`, `/v2/models/${model}/versions/1/ready`]) {
      const ready = await server.get(path);
      expect(ready.status, path).toBe(503);
      expect(ready.json).toMatchObject({ ready: false, reason: expect.stringMatching(reason) });
    }
    const answers = await Promise.all([
      server.post(`/v2/models/${model}/infer`, body),
      server.post(`/v2/models/${model}/versions/1/infer`, body),
      server.post(`/predict/${model}`, { features: [1, 2, 3, 4] }),
      server.get(`/v2/models/${model}`),
    ]);
    for (const answer of answers) {
      expect(answer.status).toBe(503);
      expect(answer.json.error).toMatch(reason);
      expect(answer.json.error).not.toMatch(/\n/);
    }
  });

  it('leaves those beside it running, and the server ready', async () => {
    expect((await server.get('/v2/health/ready')).status).toBe(200);
    expect((await server.post('/v2/models/good/infer', body)).status).toBe(200);
  });

  it('leaves its primary running where it is a shadow', async () => {
    expect((await server.post('/v2/models/bad_shadow/infer', body)).status).toBe(200);
    expect((await server.get('/v2/models/bad_shadow/ready')).status).toBe(200);
    expect(await server.get('/v2/models/bad_shadow/versions/2/ready')).toMatchObject({
      status: 503,
      json: { role: 'shadow', reason: expect.stringMatching(/ONNX/) },
    });
  });
});

describe('a model that loads and fails on every input', () => {
  it('answers 500 with the sentence of the runtime, and so does the next request', async () => {
    for (let i = 0; i < 2; i++) {
      const answer = await server.post('/v2/models/broken/infer', body);
      expect(answer.status).toBe(500);
      expect(answer.json.error).toMatch(/^model broken version 1 failed: .*out of data bounds/);
    }
  });
});
