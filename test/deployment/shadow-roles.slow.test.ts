import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeAndOpenLog } from '../support/log-file.ts';
import { mlp } from '../support/onnx-models.ts';
import { readMetrics, total } from '../support/prometheus.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { featuresOf, inferBody, sendAll } from '../support/traffic.ts';
import { until } from '../support/until.ts';

let server: TestServer;
beforeAll(async () => {
  const [seven, eight] = [mlp({ seed: 7 }), mlp({ seed: 8 })];
  server = await startTestServer({
    models: {
      ...{ 'many/7/model.onnx': seven, 'many/8/model.onnx': eight },
      ...{ 'many/9/model.onnx': mlp({ seed: 9 }), 'many/10/model.onnx': mlp({ seed: 10 }) },
      'many/deployment.yaml':
        'primary: 7\nshadows: [{version: 8, sample: 100%}]\ncontrol: 100%\ninterference_budget: off\n',
      ...{ 'alone/7/model.onnx': seven, 'alone/8/model.onnx': eight },
      'alone/deployment.yaml': 'primary: 7\nshadows: []\ninterference_budget: off\n',
      'other/7/model.onnx': seven,
    },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

const shadow = (version: number, more: object = {}) => ({ version, sample: '100%', ...more });
const put = (model: string, body: object) => server.put(`/v2/models/${model}/deployment`, body);
const rolesOf = async (model: string) => (await server.get(`/v2/models/${model}/deployment`)).json;
/** Until every shadow takes requests, and the control. */
const shadowsRun = (model: string) =>
  until(async () => {
    const control = { model, role: 'control', version: (await rolesOf(model)).primary, state: 'running' };
    if (model === 'many' && total(await readMetrics(server), 'understudy_lane_state', control) !== 1)
      return false;
    return (await rolesOf(model)).shadows.every((one: { state: string }) => one.state === 'running');
  });

async function ask(model: string, step: string): Promise<void> {
  await shadowsRun(model);
  const answers = await sendAll(10, (i) =>
    server.post(`/v2/models/${model}/infer`, inferBody([featuresOf(i)], { id: `${step} ${i}` })),
  );
  for (const { status } of answers) expect(status).toBe(200);
  await server.server.settle(20_000);
}

describe('shadows', () => {
  it('come while the server runs, several of them', async () => {
    await ask('many', 'first');
    const { json } = await put('many', {
      shadows: [shadow(8), shadow(9, { isolation: 'process' }), shadow(10)],
    });
    expect(json).toMatchObject({ primary: '7', changed: true, shadows: [{}, { isolation: 'process' }, {}] });
    await ask('many', 'added');
  });

  it('can be paused, and get more or less', async () => {
    const { json } = await put('many', {
      shadows: [shadow(8, { paused: true }), shadow(9, { isolation: 'process' }), shadow(10, { sample: 0 })],
    });
    // None of them is loaded anew.
    expect(json.shadows).toMatchObject([
      { version: '8', paused: true, state: 'running', effective_sample: 0 },
      { version: '9', paused: false, state: 'running', effective_sample: 1 },
      { version: '10', sample: 0, state: 'running', effective_sample: 0 },
    ]);
    await ask('many', 'paused');
  });

  it('run on while another one is loaded anew under other conditions, or goes', async () => {
    const { json } = await put('many', { shadows: [shadow(8), shadow(9)] });
    expect(json.shadows.map(({ state }: { state: string }) => state)).toEqual(['running', 'loading']);
    await ask('many', 'moved');
  });

  it('can all go', async () => {
    expect((await put('many', { shadows: [] })).json.shadows).toEqual([]);
    await ask('many', 'none');
    const { json } = await server.get('/v2/models/many');
    expect(json.parameters.roles).toEqual({ 7: 'primary', 8: null, 9: null, 10: null });
  });

  it('can be given to a model that was served without', async () => {
    await ask('alone', 'alone');
    expect((await put('alone', { shadows: [shadow(8)] })).status).toBe(200);
    await ask('alone', 'shadowed');
  });

  it('change together with the primary in one call', async () => {
    const { json } = await put('many', { primary: 9, shadows: [shadow(10)], by: 'bob' });
    expect(json).toMatchObject({
      primary: '9',
      rollback_to: '7',
      shadows: [{ version: '10' }],
      drained: true,
    });
    await ask('many', 'nine');
    const back = await server.post('/v2/models/many/rollback', {});
    expect(back.json).toMatchObject({ primary: '7', shadows: [{ version: '9' }, { version: '10' }] });
  });

  it.each([
    [{ shadows: [shadow(7)] }, 400, /version 7 cannot be primary and its own shadow/],
    [{ shadows: [shadow(8), shadow(8)] }, 400, /version 8 is among "shadows" twice/],
    [
      { shadows: [shadow(8, { smple: 1 })] },
      400,
      /shadows\[0\]: unknown key "smple"; allowed are version, sample/,
    ],
    [{ shadows: [shadow(8, { memory_limit: '1GiB' })] }, 400, /memory limit needs isolation: process/],
    [{ shadows: Array.from({ length: 9 }, (_, i) => shadow(i)) }, 400, /expected 8 shadows at most/],
    [{ primary: 70 }, 404, /there is no version 70 of model many; there are 7, 8, 9, 10/],
  ])('asked for with %j are refused with %i', async (body, status, sentence) => {
    const answer = await put('many', body);
    expect(answer.json.error).toMatch(sentence);
    expect(answer.status).toBe(status);
  });

  it('have compared what was asked while they had their role, each request once, and all of it is accounted for', async () => {
    using log = await closeAndOpenLog(server);
    const rows = await log.query(
      `SELECT model || ' ' || split_part(request_id, ' ', 1) AS step, count(DISTINCT request_id)::INTEGER AS requests, count(*)::INTEGER AS rows,
              string_agg(DISTINCT role || ' ' || shadow_version || ' of ' || primary_version, ', ' ORDER BY role || ' ' || shadow_version || ' of ' || primary_version) AS by
       FROM comparisons GROUP BY step ORDER BY min(ts)`,
    );
    const c = 'control 7 of 7';
    expect(rows).toEqual([
      { step: 'many first', requests: 10, rows: 20, by: `${c}, shadow 8 of 7` },
      {
        step: 'many added',
        requests: 10,
        rows: 40,
        by: `${c}, shadow 10 of 7, shadow 8 of 7, shadow 9 of 7`,
      },
      { step: 'many paused', requests: 10, rows: 20, by: `${c}, shadow 9 of 7` },
      { step: 'many moved', requests: 10, rows: 30, by: `${c}, shadow 8 of 7, shadow 9 of 7` },
      { step: 'many none', requests: 10, rows: 10, by: c },
      { step: 'alone shadowed', requests: 10, rows: 10, by: 'shadow 8 of 7' },
      { step: 'many nine', requests: 10, rows: 20, by: 'control 9 of 9, shadow 10 of 9' },
    ]);
    const traffic = await log.query(
      `SELECT model, shadow_version AS shadow, sum(n_requests)::INTEGER AS requests, sum(n_sampled)::INTEGER AS sampled
       FROM traffic WHERE role = 'shadow' AND primary_version = '7' GROUP BY ALL ORDER BY ALL`,
    );
    expect(traffic).toEqual([
      // Without a shadow the traffic counts for nobody.
      { model: 'alone', shadow: '', requests: 10, sampled: 0 },
      { model: 'alone', shadow: '8', requests: 10, sampled: 10 },
      { model: 'many', shadow: '', requests: 10, sampled: 0 },
      { model: 'many', shadow: '10', requests: 20, sampled: 10 },
      { model: 'many', shadow: '8', requests: 40, sampled: 30 },
      { model: 'many', shadow: '9', requests: 30, sampled: 30 },
    ]);
  });
});
