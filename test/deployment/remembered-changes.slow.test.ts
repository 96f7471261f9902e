import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mlp } from '../support/onnx-models.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { featuresOf, inferBody } from '../support/traffic.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'understudy-remembered-'));
});
afterEach(() => rm(directory, { recursive: true }));

const yaml = 'primary: 7\nshadows: [{version: 8, sample: 10%}]\ninterference_budget: off\n';
const models = {
  ...{ 'fraud/7/model.onnx': mlp({ seed: 7 }), 'fraud/8/model.onnx': mlp({ seed: 8 }) },
  ...{ 'plain/7/model.onnx': mlp({ seed: 7 }), 'plain/8/model.onnx': mlp({ seed: 8 }) },
};
const start = (deployment: string) =>
  startTestServer({ models: { ...models, 'fraud/deployment.yaml': deployment }, directory });
const rolesOf = async (server: TestServer, model: string) =>
  (await server.get(`/v2/models/${model}/deployment`)).json;
const actions = async (server: TestServer) =>
  (await server.get('/v2/models/fraud/audit')).json.changes.map(({ action }: { action: string }) => action);

describe('roles that were changed while the server ran', () => {
  it('are so again after a restart, can be rolled back then, and yield to a deployment.yaml that changes', async () => {
    {
      await using server = await start(yaml);
      await server.post('/v2/models/fraud/promote', { by: 'alice' });
      await server.put('/v2/models/fraud/deployment', {
        shadows: [{ version: 7, sample: { budget: '500/s' }, deadline: '3s', paused: true }],
      });
      await server.post('/v2/models/plain/promote', {});
    }
    {
      await using server = await start(yaml);
      expect(await rolesOf(server, 'fraud')).toMatchObject({
        ...{ primary: '8', rollback_to: '7', overrides_deployment_yaml: true, revision: 3 },
        shadows: [
          { version: '7', sample: { budget: '500/s' }, deadline: '3s', paused: true, state: 'running' },
        ],
      });
      const plain = { primary: '8', shadows: [{ version: '7' }], overrides_deployment_yaml: false };
      expect(await rolesOf(server, 'plain')).toMatchObject(plain);
      const answer = await server.post('/v2/models/fraud/infer', inferBody([featuresOf(1)]));
      expect(answer.json.model_version).toBe('8');
      expect((await server.post('/v2/models/fraud/rollback', {})).json).toMatchObject({ primary: '7' });
    }
    {
      await using server = await start(`${yaml}control: 1%\n`);
      expect(await rolesOf(server, 'fraud')).toMatchObject({
        ...{ primary: '7', overrides_deployment_yaml: false, revision: 5 },
        shadows: [{ version: '8', sample: 0.1, paused: false }],
      });
      expect(await actions(server)).toEqual(['configure', 'rollback', 'change', 'promote', 'configure']);
      const said = server.logged.filter(({ level }) => level === 'warn').map(({ message }) => message);
      expect(said).toContainEqual(expect.stringContaining('the deployment.yaml of fraud changed'));
    }
  });

  it('are in the audit log though a crash came before their line', async () => {
    {
      await using server = await start(yaml);
      await server.post('/v2/models/fraud/promote', { reason: 'better' });
    }
    await writeFile(join(directory, 'data', 'audit.jsonl'), '{"model":"fraud","revis');
    await using server = await start(yaml);
    const { json } = await server.get('/v2/models/fraud/audit');
    expect(json.changes).toMatchObject([{ action: 'promote', reason: 'better', revision: 2 }]);
  });
});

describe('a change that cannot be kept', () => {
  it('is not made', async () => {
    await using server = await start(yaml);
    // Where the new file would be written first.
    await mkdir(join(directory, 'data', 'roles.json.tmp'));
    const { status, json } = await server.post('/v2/models/fraud/promote', {});
    expect(json.error).toMatch(/^the roles of model fraud cannot be kept, so they stay as they are: EISDIR/);
    expect(status).toBe(500);
    expect(await rolesOf(server, 'fraud')).toMatchObject({ primary: '7', revision: 1 });
    const answer = await server.post('/v2/models/fraud/infer', inferBody([featuresOf(1)]));
    expect(answer.json.model_version).toBe('7');
  });
});
