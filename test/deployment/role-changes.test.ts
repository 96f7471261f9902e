import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mlp } from '../support/onnx-models.ts';
import { readMetrics, total } from '../support/prometheus.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { featuresOf, inferBody, sendAll, settled } from '../support/traffic.ts';
import { until } from '../support/until.ts';

const versions = (name: string, ...numbers: readonly number[]) =>
  Object.fromEntries(numbers.map((seed) => [`${name}/${seed}/model.onnx`, mlp({ seed })]));
const everything = 'shadows: [{version: 8, sample: 100%}]\ninterference_budget: off\n';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    models: {
      ...versions('reversed', 7, 8),
      'reversed/deployment.yaml': everything,
      ...versions('alone', 7),
      ...versions('broken', 7),
      'broken/8/model.onnx': 'no model',
      ...versions('twice', 7, 8),
      ...versions('pinned', 7, 8),
      ...versions('asked', 7, 8, 9),
      'asked/deployment.yaml': 'primary: 7\nshadows: [{version: 8}, {version: 9}]\n',
    },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

const promote = (model: string, body: object = {}) => server.post(`/v2/models/${model}/promote`, body);
const rollback = (model: string, body: object = {}) => server.post(`/v2/models/${model}/rollback`, body);
const rolesOf = async (model: string) => (await server.get(`/v2/models/${model}/deployment`)).json;
const infer = (model: string, i: number, id = `r${i}`) =>
  server.post(`/v2/models/${model}/infer`, inferBody([featuresOf(i)], { id }));
/** Until every shadow takes requests. */
const shadowsRun = (model: string) =>
  until(async () =>
    (await rolesOf(model)).shadows.every((shadow: { state: string }) => shadow.state === 'running'),
  );

describe('a promotion', () => {
  it('makes the old primary the shadow, so that the comparison goes on the other way round', async () => {
    await sendAll(40, (i) => infer('reversed', i));
    await settled(server);
    const { json } = await promote('reversed', { reason: 'two points better', by: 'alice' });
    expect(json).toMatchObject({
      ...{
        model: 'reversed',
        primary: '8',
        rollback_to: '7',
        changed: true,
        overrides_deployment_yaml: true,
      },
      shadows: [{ version: '7', sample: 1, paused: false }],
      last_change: { action: 'promote', by: 'alice', reason: 'two points better', revision: json.revision },
    });
    await shadowsRun('reversed');
    await sendAll(30, (i) => infer('reversed', i, `after ${i}`));
    const report = await server.report('reversed');
    expect(report).toMatchObject({ primary: '8', shadow: '7', traffic: { requests: 30, compared: 30 } });
    const { json: rows } = await server.get('/v2/models/reversed/comparisons?limit=100');
    expect(
      new Set(rows.comparisons.map((row: { request_id: string }) => row.request_id.slice(0, 5))),
    ).toEqual(new Set(['after']));
    const metrics = await readMetrics(server);
    const state = (version: string, role: string) =>
      total(metrics, 'understudy_lane_state', { model: 'reversed', version, role, state: 'running' });
    expect([state('8', 'primary'), state('7', 'shadow')]).toEqual([1, 1]);
    expect([state('7', 'primary'), state('8', 'shadow')]).toEqual([0, 0]);
    const { json: metadata } = await server.get('/v2/models/reversed');
    expect(metadata.parameters).toMatchObject({ version: '8', roles: { 7: 'shadow', 8: 'primary' } });
  });

  it('tells how many requests named the version that goes, since such are refused from then on', async () => {
    const pinned = (version: number) =>
      server.post(`/v2/models/pinned/versions/${version}/infer`, inferBody([featuresOf(1)]));
    expect((await infer('pinned', 1)).status).toBe(200);
    const before = Date.now();
    for (let i = 0; i < 2; i++) expect((await pinned(7)).status).toBe(200);
    expect((await pinned(8)).status).toBe(404);
    const { json } = await promote('pinned');
    expect(json.pinned).toEqual({ version: '7', requests: 2, last: expect.any(String) });
    expect(Date.parse(json.pinned.last)).toBeGreaterThanOrEqual(before);
    expect(server.logged).toContainEqual({
      level: 'warn',
      details: { model: 'pinned', ...json.pinned },
      message: 'requests had named version 7, which is not primary any more: such are refused now',
    });
    const refused = await pinned(7);
    expect([refused.status, refused.json.error]).toEqual([
      404,
      'version 7 of model pinned is a shadow and answers no users; version 8 answers: name that one, or none for whichever is primary',
    ]);
    expect((await rollback('pinned')).json.pinned).toBeNull();
  });

  it('changes nothing where the version cannot be served', async () => {
    const { status, json } = await promote('broken', { version: 8 });
    expect(status).toBe(409);
    expect(json.error).toMatch(
      /^version 8 of model broken cannot be primary \(version 7 goes on\): The file is not/,
    );
    expect(await rolesOf('broken')).toMatchObject({ primary: '7', rollback_to: null, revision: 1 });
    expect((await infer('broken', 1)).json.model_version).toBe('7');
  });

  it('that is repeated, since its answer got lost, is not undone by that', async () => {
    expect((await promote('twice')).json).toMatchObject({ primary: '8', changed: true });
    const again = await promote('twice');
    expect(again.status).toBe(409);
    expect(again.json.error).toMatch(
      /the shadows of model twice \(7\) were primary before; roll back, or say which/,
    );
    expect((await promote('twice', { version: '8' })).json).toMatchObject({ primary: '8', changed: false });
    expect((await rollback('twice')).json).toMatchObject({ primary: '7', shadows: [{ version: '8' }] });
    const none = await rollback('twice');
    expect([none.status, none.json.error]).toEqual([
      409,
      'there is no promotion of model twice to take back; promote a version to make it primary',
    ]);
  });

  it.each([
    [{}, 409, /has the shadows 8, 9; say which with "version"/],
    [{ version: 77 }, 404, /there is no version 77 of model asked; there are 7, 8, 9/],
    [
      { version: 8, revision: 77 },
      409,
      /roles of model asked are at revision 1 \(last at .*\), not 77; look at them again/,
    ],
    [{ version: 'eight' }, 400, /version: expected a version, a whole number such as 8/],
    [{ verson: 8 }, 400, /unknown key "verson"; allowed are version, by, reason, revision/],
    ['{', 400, /the body is not JSON/],
    [{ version: 8, reason: 'x'.repeat(2001) }, 400, /reason: expected a text of at most 2000 characters/],
    [{ version: 8, reason: 'x'.repeat(70_000) }, 413, /has 65536 bytes at most/],
  ])('asked for with %o is refused with %i', async (body, status, sentence) => {
    const answer = await server.post('/v2/models/asked/promote', body);
    expect(answer.json.error).toMatch(sentence);
    expect(answer.status).toBe(status);
    expect((await rolesOf('asked')).primary).toBe('7');
  });

  it('of a model without a shadow says so', async () => {
    const { status, json } = await promote('alone');
    expect([status, json.error]).toEqual([
      409,
      'model alone has no shadow to promote; say another version of it with "version"',
    ]);
  });
});

describe('the audit log', () => {
  it('says who changed what, when and why, newest first', async () => {
    const { json } = await server.get('/v2/models/reversed/audit');
    expect(json.changes).toEqual([
      {
        ...{ model: 'reversed', revision: 2, at: expect.stringMatching(/^\d{4}-.*Z$/), action: 'promote' },
        before: { primary: '7', shadows: [expect.objectContaining({ version: '8', sample: 1 })] },
        after: { primary: '8', shadows: [expect.objectContaining({ version: '7', sample: 1 })] },
        ...{ by: 'alice', reason: 'two points better', address: '127.0.0.1' },
      },
      expect.objectContaining({ revision: 1, action: 'configure', before: null, by: null, address: null }),
    ]);
    const last = await server.get('/v2/models/twice/audit?limit=1');
    expect(last.json.changes).toMatchObject([{ action: 'rollback', after: { primary: '7' } }]);
    const lines = (await readFile(join(server.directory, 'data', 'audit.jsonl'), 'utf8'))
      .trimEnd()
      .split('\n');
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ model: 'twice', action: 'rollback' });
  });

  it.each(['?limit=0', '?limt=3'])('refuses %s', async (query) => {
    expect((await server.get(`/v2/models/twice/audit${query}`)).status).toBe(400);
  });
});
