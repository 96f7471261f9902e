import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookup } from '../support/onnx-models/other-inputs.ts';
import { mlp, nanOnNegative, throwing } from '../support/onnx-models.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { inferBody, settled } from '../support/traffic.ts';

const everything = 'primary: 7\nshadows: [{version: 8, sample: 100%}]\ninterference_budget: off\n';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    models: {
      'throws/7/model.onnx': throwing({ seed: 1 }),
      'throws/8/model.onnx': mlp({ seed: 2 }),
      'throws/deployment.yaml': everything,
      'nan/7/model.onnx': nanOnNegative({ seed: 1 }),
      'nan/8/model.onnx': mlp({ seed: 1 }),
      'nan/deployment.yaml': everything,
      'table/7/model.onnx': lookup(),
      'table/8/model.onnx': lookup(),
      'table/deployment.yaml': everything,
      'sound/7/model.onnx': mlp({ seed: 1 }),
      'sound/8/model.onnx': mlp({ seed: 2 }),
      'sound/deployment.yaml': everything,
    },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

async function comparisons(model: string) {
  await settled(server);
  return (await server.get(`/v2/models/${model}/comparisons`)).json.comparisons;
}

describe('a request that the primary fails on', () => {
  it('is told to the caller, mirrored all the same, and counted as the primary’s error', async () => {
    for (const id of ['a', 'b', 'c']) {
      const answer = await server.post('/v2/models/throws/infer', inferBody([[1, 2, 3, 4]], { id }));
      expect(answer.status).toBe(500);
    }
    const { traffic, overall } = await server.report('throws');
    expect(traffic).toMatchObject({
      requests: 3,
      sampled: 3,
      compared: 3,
      errors: { primary: 3, shadow: 0 },
    });
    expect(overall).toMatchObject({ n: 3, agreement: null });
    expect(overall.errors).toMatchObject({ primary: { rate: 1 }, shadow: { rate: 0 } });
    for (const row of await comparisons('throws')) {
      expect(row).toMatchObject({ p_status: 'error', p_error_code: 'EXECUTION_FAILED', p_label: null });
      expect(row).toMatchObject({ s_status: 'ok', s_label: expect.any(String), agree: null });
    }
  });

  it('since it gives NaN has that status in its row', async () => {
    const answer = await server.post('/predict/nan', { id: 'a', features: { x: [-1, 0, 0, 0] } });
    expect(answer.status).toBe(422);
    expect((await server.post('/predict/nan', { id: 'b', features: { x: [1, 0, 0, 0] } })).status).toBe(200);
    const rows = await comparisons('nan');
    const of = (id: string) => rows.find((row: { request_id: string }) => row.request_id === id);
    expect(of('a')).toMatchObject({ p_status: 'nan', s_status: 'ok', agree: null });
    expect(of('b')).toMatchObject({ p_status: 'ok', s_status: 'ok', agree: true });
  });

  it('because of what the request asks for is the caller’s error, not the primary’s', async () => {
    const inputs = [{ name: 'index', datatype: 'INT64', shape: [1], data: [99] }];
    const answer = await server.post('/v2/models/table/infer', { id: 'a', inputs });
    expect(answer.status).toBe(400);
    const { traffic } = await server.report('table');
    expect(traffic).toMatchObject({ requests: 1, compared: 1, errors: { primary: 0 } });
    const [row] = await comparisons('table');
    expect(row).toMatchObject({
      p_error_code: 'INPUT_REJECTED',
      s_error_code: 'INPUT_REJECTED',
      agree: null,
    });
  });
});

describe('a request that cannot be read', () => {
  it('is no traffic, and no shadow gets to see it', async () => {
    for (const body of ['{', '{}', inferBody([[1, 2, 3]])]) {
      expect((await server.post('/v2/models/sound/infer', body)).status).toBe(400);
    }
    expect((await server.post('/v2/models/sound/infer', inferBody([[1, 2, 3, 4]]))).status).toBe(200);
    const { traffic } = await server.report('sound');
    expect(traffic).toMatchObject({ requests: 1, rows: 1, sampled: 1, compared: 1 });
    expect(await comparisons('sound')).toHaveLength(1);
  });
});
