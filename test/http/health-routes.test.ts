import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bindingFolder, providerFileName } from '../../src/inference/execution-provider/library.ts';
import { startServer } from '../../src/server.ts';
import { mlp, slow } from '../support/onnx-models.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    models: {
      'fraud/deployment.yaml': 'instance_group: {execution_provider: cpu}',
      'lone/1/model.onnx': mlp({ seed: 1 }),
      'fraud/6/model.onnx': mlp({ seed: 6 }),
      'fraud/7/model.onnx': mlp({ seed: 7 }),
      'fraud/8/model.onnx': mlp({ seed: 8 }),
    },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

describe('the health of the server', () => {
  it('is live and ready once everything is loaded', async () => {
    expect(await server.get('/v2/health/live')).toMatchObject({ status: 200, json: { live: true } });
    expect(await server.get('/v2/health/ready')).toMatchObject({ status: 200, json: { ready: true } });
  });

  it('comes with its name, its version and the extensions it speaks', async () => {
    const { json } = await server.get('/v2');
    expect(json).toEqual({
      name: 'understudy',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      extensions: expect.arrayContaining(['binary_tensor_data']),
    });
  });

  it('is ready for a model and for its primary and shadow, not for a version without a role', async () => {
    expect(await server.get('/v2/models/fraud/ready')).toMatchObject({
      status: 200,
      json: { name: 'fraud', ready: true },
    });
    expect((await server.get('/v2/models/fraud/versions/7/ready')).json).toEqual({
      ...{ name: 'fraud', version: '7', role: 'primary', ready: true },
      execution_provider: 'cpu',
    });
    expect((await server.get('/v2/models/fraud/versions/8/ready')).json).toMatchObject({
      ...{ role: 'shadow', ready: true },
    });
    expect(await server.get('/v2/models/fraud/versions/6/ready')).toMatchObject({
      status: 503,
      json: { role: null, ready: false, reason: expect.stringContaining('no role') },
    });
  });

  // Where the CUDA provider is installed there may be nothing to tell.
  it.skipIf(existsSync(join(bindingFolder(), providerFileName('cuda'))))(
    'tells what a version runs on, and why it is less than might be',
    async () => {
      expect((await server.get('/v2/models/lone/versions/1/ready')).json).toMatchObject({
        execution_provider: 'cpu',
        provider_remarks: [expect.stringMatching(/auto settles for cpu: .*npm run setup:cuda/)],
      });
    },
  );

  it('knows no models and versions that are not there', async () => {
    expect(await server.get('/v2/models/frod/ready')).toMatchObject({
      status: 404,
      json: { error: expect.stringContaining('there are fraud, lone') },
    });
    expect(await server.get('/v2/models/fraud/versions/9/ready')).toMatchObject({
      status: 404,
      json: { error: expect.stringContaining('there are 6, 7, 8') },
    });
  });

  it('is live, and says that it is not ready, while models are loading', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'understudy-loading-'));
    await mkdir(join(directory, 'models'));
    await writeFile(join(directory, 'models/v1.onnx'), slow({ milliseconds: 100 }));
    const silent = () => {};
    const starting = await startServer({
      ...{ models: join(directory, 'models'), data: join(directory, 'data') },
      ...{ host: '127.0.0.1', httpPort: 0, bodyLimitBytes: 1_000_000 },
      logger: { info: silent, warn: silent, error: silent },
    });
    const status = async (path: string): Promise<number> => (await fetch(`${starting.url}${path}`)).status;
    expect(await status('/v2/health/ready')).toBe(503);
    expect(await status('/v2/health/live')).toBe(200);
    const early = await fetch(`${starting.url}/predict`, { method: 'POST', body: '{"features":[1,2,3,4]}' });
    expect(early.status).toBe(503);
    expect(early.headers.get('retry-after')).toBe('1');
    expect(await early.json()).toEqual({ error: expect.stringContaining('still loading') });
    await starting.loaded;
    expect(await status('/v2/health/ready')).toBe(200);
    const late = await fetch(`${starting.url}/predict`, { method: 'POST', body: '{"features":[1,2,3,4]}' });
    expect(late.status).toBe(200);
    await starting.close();
    await rm(directory, { recursive: true });
  });
});
