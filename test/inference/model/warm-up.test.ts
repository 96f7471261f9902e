import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookup } from '../../support/onnx-models/other-inputs.ts';
import { fixedBatch, mlp, slow, throwing } from '../../support/onnx-models.ts';
import { startTestServer, type TestServer } from '../../support/test-server.ts';

const sampled = (inputs: string, rest = ''): string =>
  `model_warmup: [{name: s, inputs: {${inputs}}${rest}}]\n`;
const bytesOf = (...numbers: number[]) => new Uint8Array(Float32Array.from(numbers).buffer);

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    models: {
      'slow/1/model.onnx': slow({ milliseconds: 100 }),
      'slow/config.pbtxt': `model_warmup [ {
        name: "night" batch_size: 2 count: 8
        inputs { key: "x" value: { data_type: TYPE_FP32 dims: 4 random_data: true } }
      } ]`,
      'flat.v1.onnx': mlp(),
      'flat/deployment.yaml': sampled('x: {input_data_file: night.bin}'),
      'flat/warmup/night.bin': bytesOf(1, 2, 3, 4),
      'distant/1/model.onnx': lookup(1000),
      'distant/deployment.yaml': sampled('index: {input_data_file: index.bin}'),
      'distant/warmup/index.bin': new Uint8Array(BigInt64Array.of(1002n).buffer),
      'failing/1/model.onnx': throwing(),
      'failing/deployment.yaml': sampled('x: {zero_data: true}'),
    },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

const load = (model: string) => server.post(`/v2/repository/models/${model}/load`, '');
async function put(file: string, content: Uint8Array | string): Promise<void> {
  const path = join(server.directory, 'models', file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

describe('a version with samples to warm up with', () => {
  it('has run on them as often as was asked before it is ready, and that is no traffic', async () => {
    const loaded = server.logged.find(
      ({ message, details }) => message === 'loaded' && 'model' in details && details.model === 'slow',
    );
    // Eight runs of a tenth of a second, beside the five that it is tried with; machines differ by a factor of two.
    expect(loaded?.details).toMatchObject({ load_ms: expect.toSatisfy((ms: number) => ms > 550) });
    const { json } = await server.get('/v2/models/slow/stats');
    expect(json.model_stats[0]).toMatchObject({ inference_count: 0, execution_count: 0 });
  });

  it('is known to run on the first of them where what is made up does not suit it', async () => {
    const ask = (index: number) =>
      server.post('/v2/models/distant/infer', {
        inputs: [{ name: 'index', datatype: 'INT64', shape: [1], data: [index] }],
      });
    expect((await ask(1003)).json.outputs[0].data).toEqual([13]);
    // That it runs on something tells that the request was at fault.
    expect(await ask(3)).toMatchObject({ status: 400 });
  });

  it('tells of them as Triton does', async () => {
    const inputs = { x: { data_type: 'TYPE_FP32', dims: [4], random_data: true } };
    const { json } = await server.get('/v2/models/slow/config');
    expect(json.model_warmup).toEqual([{ name: 'night', batch_size: 2, inputs, count: 8 }]);
  });
});

describe('a version that cannot be warmed up', () => {
  it('is not ready, and says why', async () => {
    const { status, json } = await server.get('/v2/models/failing/ready');
    expect(status).toBe(503);
    expect(json.reason).toMatch(/its warm-up sample "s" cannot be run: .*out of data bounds/);
  });

  it('leaves what runs running, be it for its file, for new settings or for a file of samples', async () => {
    await put('flat.v2.onnx', fixedBatch());
    expect((await load('flat')).json.error).toMatch(
      /version 2 cannot be served: its warm-up sample "s" cannot be run: The file warmup\/night.bin has 16 bytes/,
    );
    expect((await server.get('/v2/models/flat')).json.parameters.roles).toEqual({ 1: 'primary', 2: null });
    await rm(join(server.directory, 'models/flat.v2.onnx'));
    await put('flat/deployment.yaml', sampled('x: {input_data_file: day.bin}'));
    expect((await load('flat')).json.error).toContain(
      'version 1 cannot be served under the new settings: its warm-up sample "s" cannot be run: warmup/day.bin',
    );
    const ask = await server.post('/predict/flat', { features: [1, 2, 3, 4] });
    expect(ask.json).toMatchObject({ version: '1' });
    await put('flat/warmup/day.bin', bytesOf(4, 3, 2, 1));
    expect((await load('flat')).status).toBe(200);
  });
});
