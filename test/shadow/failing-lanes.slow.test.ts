import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inputX, runModel } from '../repository/onnx/run-model.ts';
import { mlp, slow, throwing } from '../support/onnx-models.ts';
import { readMetrics, total } from '../support/prometheus.ts';
import { type Answer, startTestServer, type TestServer } from '../support/test-server.ts';
import { featuresOf, inferBody, sendAll, settled } from '../support/traffic.ts';
import { until } from '../support/until.ts';

const shadowed = (more: string, also = ''): string =>
  `primary: 7\nshadows: [{version: 8, sample: 100%${more}}]\ninterference_budget: off\n${also}`;
/** Runs with a first column above this hang, far beyond the deadline. */
const limit = 100;
const hanging = slow({ seed: 1, milliseconds: 4000, above: limit });

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    models: {
      'hangs/7/model.onnx': mlp({ seed: 1 }),
      'hangs/8/model.onnx': hanging,
      'hangs/deployment.yaml': shadowed(', deadline: 400ms'),
      'hangs_apart/7/model.onnx': mlp({ seed: 1 }),
      'hangs_apart/8/model.onnx': slow({ seed: 1, milliseconds: 60_000, above: limit }),
      'hangs_apart/deployment.yaml': shadowed(', deadline: 400ms, isolation: process'),
      'fails/7/model.onnx': mlp({ seed: 1 }),
      'fails/8/model.onnx': throwing({ seed: 1 }),
      'fails/deployment.yaml': shadowed('', 'breaker: {failures: 20}\n'),
    },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

const ask = (model: string, id: string, first?: number): Promise<Answer> => {
  const [x, ...others] = featuresOf(id.length);
  return server.post(`/v2/models/${model}/infer`, inferBody([[first ?? x!, ...others]], { id }));
};

async function stateOf(model: string): Promise<string> {
  const metrics = await readMetrics(server);
  const states = ['running', 'stalled', 'restarting', 'open', 'half_open'];
  const current = states.filter(
    (state) => total(metrics, 'understudy_lane_state', { model, role: 'shadow', state }) === 1,
  );
  return current.join();
}

async function rowsOf(model: string): Promise<Record<string, unknown>[]> {
  await settled(server);
  return (await server.get(`/v2/models/${model}/comparisons?limit=1000`)).json.comparisons;
}

describe.each(['hangs', 'hangs_apart'])('a shadow that %s', (model) => {
  it('keeps nobody waiting, is stalled meanwhile, and comes back with another worker', async () => {
    expect((await ask(model, 'before')).status).toBe(200);
    await server.server.settle(5000);
    await ask(model, 'hang', 1000);
    await until(async () => (await stateOf(model)) === 'stalled');
    const answers = await sendAll(50, (i) => ask(model, `meanwhile ${i}`));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    await until(async () => (await stateOf(model)) === 'running');
    expect((await ask(model, 'after')).status).toBe(200);
    const { traffic } = await server.report(model);
    expect(traffic).toMatchObject({ requests: 53, sampled: 53, errors: { primary: 0, shadow: 1 } });
    expect(traffic.dropped.stalled).toBeGreaterThan(0);
    const dropped = Object.values(traffic.dropped).reduce((sum, rows) => sum + rows, 0);
    // Each is compared or dropped, and none is both.
    expect(traffic.compared + dropped).toBe(53);
  });

  it('has a timeout in its rows for the request that hung, once, and sound rows before and after', async () => {
    const rows = await rowsOf(model);
    const statusOf = (id: string) =>
      rows
        .filter((row) => row.request_id === id)
        .map(({ s_status, s_error_code }) => [s_status, s_error_code]);
    expect(statusOf('before')).toEqual([['ok', null]]);
    expect(statusOf('hang')).toEqual([['timeout', 'DEADLINE_EXCEEDED']]);
    expect(statusOf('after')).toEqual([['ok', null]]);
    expect(total(await readMetrics(server), 'understudy_lane_restarts_total', { model })).toBeGreaterThan(0);
    expect(server.logged.some(({ message }) => message.includes('longer than its deadline of 400 ms'))).toBe(
      true,
    );
  });
});

it('a run that ends after its deadline, but before it is given up, is one timeout, and no worker is replaced', {
  timeout: 120_000,
}, async () => {
  // Between one deadline and three of them. How fast the machine is may change any time, so longer runs are tried until one is late.
  let milliseconds = 1200 / (await slownessOfThisMachine());
  for (let attempt = 0; attempt < 8; attempt++) {
    await using late = await startTestServer({
      models: {
        'late/7/model.onnx': mlp({ seed: 1 }),
        'late/8/model.onnx': slow({ seed: 1, milliseconds, above: limit }),
        'late/deployment.yaml': shadowed(', deadline: 1s'),
      },
    });
    await late.post('/v2/models/late/infer', inferBody([[1000, 0, 0, 0]]));
    await settled(late);
    const { json } = await late.get('/v2/models/late/comparisons?limit=10');
    expect(json.comparisons).toHaveLength(1);
    if (json.comparisons[0].s_status === 'ok') {
      milliseconds *= 1.5;
      continue;
    }
    expect(json.comparisons[0]).toMatchObject({
      ...{ s_status: 'timeout', s_error_code: 'DEADLINE_EXCEEDED', p_status: 'ok' },
    });
    // The row is there when the deadline has passed; the run goes on after that.
    const restarts = async () =>
      total(await readMetrics(late), 'understudy_lane_restarts_total', { model: 'late' });
    const goesOn = () => late.logged.some(({ message }) => message === 'the lane takes requests again');
    for (let look = 0; look < 250 && !goesOn() && (await restarts()) === 0; look++) await pause(20);
    if (goesOn() && (await restarts()) === 0) return;
    // It was given up after three deadlines, or ended before anybody saw that the first was over.
    milliseconds *= (await restarts()) > 0 ? 0.7 : 1.3;
  }
  throw new Error('no run ended after its deadline, but before it was given up');
});

/** How long a model takes here for what should take a millisecond. */
async function slownessOfThisMachine(): Promise<number> {
  const milliseconds = 200;
  const began = performance.now();
  await runModel(slow({ milliseconds }), [inputX(1, 4)]);
  return (performance.now() - began) / milliseconds;
}

it('a shadow that fails again and again is left alone for a while, and tried again', async () => {
  await sendAll(20, (i) => ask('fails', `r${i}`), 1);
  await until(async () => (await stateOf('fails')) === 'open');
  const answers = await sendAll(20, (i) => ask('fails', `again ${i}`), 1);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  const before = await server.report('fails');
  expect(before.traffic.dropped.breaker).toBeGreaterThan(0);
  expect(before.traffic.errors).toEqual({ primary: 0, shadow: before.traffic.compared });
  await until(async () => {
    await ask('fails', 'trial');
    return (await server.report('fails')).traffic.compared > before.traffic.compared;
  });
  expect(server.logged.some(({ message }) => message.includes('it failed again and again'))).toBe(true);
});
