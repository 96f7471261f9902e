import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mlp, slow } from '../support/onnx-models.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { featuresOf, inferBody } from '../support/traffic.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    models: {
      'fraud/7/model.onnx': mlp({ seed: 7 }),
      'slow/1/model.onnx': slow({ seed: 1, milliseconds: 300 }),
    },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

async function put(file: string, content: Uint8Array | string): Promise<void> {
  const path = join(server.directory, 'models', file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}
const load = (model: string, body: object = {}) => server.post(`/v2/repository/models/${model}/load`, body);
const unload = (model: string, body: object = {}) =>
  server.post(`/v2/repository/models/${model}/unload`, body);
const infer = (model: string) => server.post(`/v2/models/${model}/infer`, inferBody([featuresOf(1)]));

describe('a model that is unloaded', () => {
  it('answers what it has taken, then says that it was unloaded, and comes back when it is loaded', async () => {
    const taken = [infer('slow'), infer('slow')];
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await unload('slow', { parameters: { unload_dependents: true } })).toMatchObject({
      status: 200,
      json: {},
    });
    expect((await Promise.all(taken)).map(({ status }) => status)).toEqual([200, 200]);
    const refused = await infer('slow');
    expect([refused.status, refused.json.error]).toEqual([
      503,
      'model slow is not ready: it was unloaded; POST /v2/repository/models/slow/load brings it back',
    ]);
    expect((await server.get('/v2/models/slow/ready')).status).toBe(503);
    expect((await server.get('/v2/models/slow/deployment')).status).toBe(503);
    expect((await unload('slow')).status).toBe(200);
    expect(await load('slow')).toMatchObject({ status: 200, json: {} });
    expect((await infer('slow')).status).toBe(200);
  });
});

describe('a model that is loaded', () => {
  it('is taken up as it lies there now: a new one, and changes', async () => {
    await put('churn/1/model.onnx', mlp({ seed: 1 }));
    expect((await load('churn')).status).toBe(200);
    expect((await infer('churn')).json.model_version).toBe('1');
    await put('churn/2/model.onnx', mlp({ seed: 2 }));
    await put('churn/deployment.yaml', 'primary: 2\nshadows: []\n');
    expect((await load('churn')).status).toBe(200);
    expect((await infer('churn')).json.model_version).toBe('2');
  });

  it('runs on where it cannot be taken up, and the reason is told', async () => {
    await put('fraud/8/model.onnx', 'no model');
    const broken = await load('fraud');
    expect(broken.status).toBe(409);
    expect(broken.json.error).toMatch(
      /^model fraud cannot be loaded as it lies there: version 8 cannot be served: The file is not an ONNX model/,
    );
    expect((await infer('fraud')).status).toBe(200);
    await put('fraud/8/model.onnx', mlp({ seed: 8 }));
    expect((await load('fraud')).status).toBe(200);
    expect((await server.get('/v2/models/fraud')).json.parameters.roles).toEqual({
      7: 'primary',
      8: 'shadow',
    });
  });

  it('and cannot be served at all says why', async () => {
    await put('none/1/model.onnx', 'no model');
    expect(await load('none')).toMatchObject({
      status: 409,
      json: {
        error: expect.stringMatching(
          /^model none cannot be loaded .*: version 1 cannot be served: The file is not/,
        ),
      },
    });
    await put('none/deployment.yaml', 'nonsense: 1');
    expect((await load('none')).json.error).toMatch(/unknown key "nonsense"/);
  });

  it.each([
    [
      'load',
      'nobody',
      {},
      404,
      /^there is no model "nobody" in the repository; there are churn, fraud, none, slow$/,
    ],
    ['load', '..%2Ffraud', {}, 404, /^there is no model "\.\.\/fraud" in the repository/],
    ['unload', 'nobody', {}, 404, /no model is called "nobody"/],
    [
      'load',
      'fraud',
      { parameters: { config: '{}' } },
      400,
      /^parameters: unknown key "config"; allowed are/,
    ],
    [
      'load',
      'fraud',
      { parameters: { 'file:1/model.onnx': 'AA==' } },
      400,
      /unknown key "file:1\/model\.onnx"/,
    ],
    [
      'unload',
      'fraud',
      { parameters: { unload_dependents: 'yes' } },
      400,
      /unload_dependents: expected true or false/,
    ],
  ])('with what is wrong is refused: %s %s %j', async (action, model, body, status, sentence) => {
    const answer = await server.post(`/v2/repository/models/${model}/${action}`, body);
    expect(answer.json.error).toMatch(sentence);
    expect(answer.status).toBe(status);
  });
});
