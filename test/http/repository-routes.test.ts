import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectGrpc, type GrpcClient } from '../support/grpc-client.ts';
import { fixedBatch, garbage, mlp } from '../support/onnx-models.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

let server: TestServer;
let client: GrpcClient;
beforeAll(async () => {
  server = await startTestServer({
    grpc: true,
    models: {
      'fraud/deployment.yaml':
        'shadows: [{version: 8, sample: 100%}]\ninstance_group: {count: 2, execution_provider: cpu}\ndynamic_batching: {max_batch_size: 16, max_queue_size: 99}',
      'fraud/6/model.onnx': mlp({ seed: 6 }),
      'fraud/7/model.onnx': mlp({ seed: 7 }),
      'fraud/8/model.onnx': mlp({ seed: 8 }),
      'fixed/1/model.onnx': fixedBatch(),
      'fixed/deployment.yaml': 'model_warmup: [{name: night, count: 2, inputs: {x: {zero_data: true}}}]',
      'broken/1/model.onnx': garbage(),
    },
  });
  client = connectGrpc(server.server.grpcAddress);
});
afterAll(async () => {
  client[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
});

/** As protobuf's JSON has them. */
const asTexts = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_, one) => (typeof one === 'number' ? String(one) : one));
const camelCase = (text: string) => text.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
const inCamelCase = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(inCamelCase);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key === 'sha256' ? key : camelCase(key), inCamelCase(one)]),
  );
};

describe('the statistics of a model', () => {
  it('count requests, rows and runs of each running version, as Triton names them', async () => {
    const before = Date.now();
    const features = [
      [1, 2, 3, 4],
      [4, 3, 2, 1],
    ];
    for (let i = 0; i < 3; i++) expect((await server.post('/predict/fraud', { features })).status).toBe(200);
    expect((await server.post('/predict/fraud', 'no json')).status).toBe(400);
    await server.server.settle(10_000);
    const { json } = await server.get('/v2/models/fraud/stats');
    expect(json.model_stats.map((one: { version: string }) => one.version)).toEqual(['7', '8']);
    const [primary, shadow] = json.model_stats;
    expect(primary).toMatchObject({
      ...{ name: 'fraud', inference_count: 6, execution_count: 3 },
      inference_stats: {
        ...{ success: { count: 3 }, fail: { count: 1 }, queue: { count: 4 } },
        ...{ compute_input: { count: 4 }, compute_infer: { count: 4 }, compute_output: { count: 4 } },
        ...{ cache_hit: { count: 0, ns: 0 }, cache_miss: { count: 0, ns: 0 } },
      },
      batch_stats: [{ batch_size: 2, compute_infer: { count: 3 } }],
      memory_usage: [{ type: 'CPU', id: 0 }],
    });
    expect(primary.last_inference).toBeGreaterThanOrEqual(before);
    const { success, fail, queue, compute_input, compute_infer, compute_output } = primary.inference_stats;
    const parts = [queue, compute_input, compute_infer, compute_output];
    for (const { ns } of parts) expect(ns).toBeGreaterThan(0);
    // The answers were on their way for all of that, and for the way between the threads.
    const inWorker = parts.reduce((sum, { ns }) => sum + ns, 0);
    expect(success.ns + fail.ns).toBeGreaterThan(inWorker * 0.99);
    expect(primary.batch_stats[0].compute_infer.ns).toBe(compute_infer.ns);
    // What could not be read was not mirrored.
    expect(shadow).toMatchObject({ inference_count: 6, inference_stats: { success: { count: 3 } } });
  });

  it('are those of one version, or of all models', async () => {
    const one = await server.get('/v2/models/fraud/versions/8/stats');
    expect(one.json.model_stats.map(({ version }: { version: string }) => version)).toEqual(['8']);
    const all = await server.get('/v2/models/stats');
    expect(
      all.json.model_stats.map(({ name, version }: Record<string, string>) => `${name} ${version}`),
    ).toEqual([...['fixed 1', 'fraud 7', 'fraud 8']]);
    expect(await server.get('/v2/models/fraud/versions/6/stats')).toMatchObject({
      ...{ status: 503, json: { error: expect.stringContaining('version 6 has no role') } },
    });
    expect((await server.get('/v2/models/nobody/stats')).status).toBe(404);
    expect((await server.get('/v2/models/fraud/versions/9/stats')).status).toBe(404);
  });

  it('are the same over gRPC', async () => {
    const { json } = await server.get('/v2/models/fraud/stats');
    expect(await client.call('ModelStatistics', { name: 'fraud' })).toEqual(inCamelCase(asTexts(json)));
    expect((await client.call('ModelStatistics')).modelStats).toHaveLength(3);
  });
});

describe('the configuration of a model', () => {
  it('says how it is served, as Triton would', async () => {
    const { json } = await server.get('/v2/models/fraud/config');
    expect(json).toMatchObject({
      ...{ name: 'fraud', platform: 'onnxruntime_onnx', backend: 'onnxruntime', max_batch_size: 16 },
      version_policy: { specific: { versions: [7, 8] } },
      input: [{ name: 'x', data_type: 'TYPE_FP32', dims: [4], format: 'FORMAT_NONE' }],
      output: [
        { name: 'label', data_type: 'TYPE_INT64', dims: [] },
        { name: 'probabilities', data_type: 'TYPE_FP32', dims: [3] },
      ],
      instance_group: [{ name: 'fraud_0', kind: 'KIND_CPU', count: 2, gpus: [] }],
      dynamic_batching: {
        max_queue_delay_microseconds: 0,
        default_queue_policy: { timeout_action: 'REJECT', max_queue_size: 99 },
      },
      parameters: { execution_provider: { string_value: 'cpu' } },
    });
  });

  it('of a model whose requests share no runs has whole shapes and no batching', async () => {
    const { json } = await server.get('/v2/models/fixed/versions/1/config');
    const metadata = await server.get('/v2/models/fixed');
    expect(json.max_batch_size).toBe(0);
    expect(json).not.toHaveProperty('dynamic_batching');
    expect(json.input[0].dims).toEqual(metadata.json.inputs[0].shape);
  });

  it('is the same over gRPC, and refused where the model cannot be served', async () => {
    const { json } = await server.get('/v2/models/fraud/config');
    const { config } = await client.call('ModelConfig', { name: 'fraud' });
    expect(config).toMatchObject({
      ...{ name: 'fraud', maxBatchSize: 16, backend: 'onnxruntime', defaultModelFilename: 'model.onnx' },
      versionPolicy: { specific: { versions: ['7', '8'] } },
      input: [{ name: 'x', dataType: 'TYPE_FP32', dims: ['4'] }],
      instanceGroup: [{ kind: 'KIND_CPU', count: 2 }],
      dynamicBatching: { defaultQueuePolicy: { timeoutAction: 'REJECT', maxQueueSize: 99 } },
      parameters: { sha256: { stringValue: json.parameters.sha256.string_value } },
    });
    const fixed = await client.call('ModelConfig', { name: 'fixed' });
    const inputs = { x: { dataType: 'TYPE_FP32', dims: ['4', '4'], zeroData: true } };
    expect(fixed.config.modelWarmup).toMatchObject([{ name: 'night', batchSize: 1, count: 2, inputs }]);
    expect(await server.get('/v2/models/broken/config')).toMatchObject({ status: 503 });
  });
});

describe('the index of the repository', () => {
  const entry = (name: string, version: string, state: string, reason: unknown = '') => ({
    name,
    version,
    state,
    reason,
  });
  const ready = [entry('fixed', '1', 'READY'), entry('fraud', '7', 'READY'), entry('fraud', '8', 'READY')];

  it('lists every version, its state and why', async () => {
    const { status, json } = await server.post('/v2/repository/index', '');
    expect(status).toBe(200);
    expect(json).toEqual([
      entry('broken', '1', 'UNAVAILABLE', expect.stringMatching(/./)),
      ready[0],
      entry('fraud', '6', 'UNAVAILABLE', 'this version has no role, so it is not loaded'),
      ...ready.slice(1),
    ]);
    expect((await client.call('RepositoryIndex')).models).toEqual(json);
  });

  it('lists those that are ready where that is asked for', async () => {
    expect((await server.post('/v2/repository/index', { ready: true })).json).toEqual(ready);
    expect((await client.call('RepositoryIndex', { ready: true })).models).toEqual(ready);
    expect((await client.call('RepositoryIndex', { repositoryName: 'another' })).models).toEqual([]);
  });

  it('is told what it may be asked', async () => {
    for (const body of [
      '{',
      '[]',
      '{"ready": "yes"}',
      '{"redy": true}',
      `{"ready": ${' '.repeat(2000)}true}`,
    ]) {
      const { status, json } = await server.post('/v2/repository/index', body);
      expect([status, json.error]).toEqual([400, expect.stringMatching(/^the body is no \{"ready": true\}/)]);
    }
  });
});
