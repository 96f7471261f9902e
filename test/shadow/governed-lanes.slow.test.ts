import { expect, it } from 'vitest';
import { mlp } from '../support/onnx-models.ts';
import { readMetrics, total } from '../support/prometheus.ts';
import { startTestServer } from '../support/test-server.ts';
import { featuresOf, inferBody, sendAll } from '../support/traffic.ts';

const models = (config: string) => ({
  'fraud/7/model.onnx': mlp({ seed: 1 }),
  'fraud/8/model.onnx': mlp({ seed: 2 }),
  'fraud/deployment.yaml': `primary: 7\nshadows: [{version: 8, sample: 80%}]\n${config}`,
});

it('a server that measures the interference pauses its shadows now and then, and counts what they miss', async () => {
  await using server = await startTestServer({ models: models('') });
  let sent = 0;
  const send = async (): Promise<void> => {
    const answers = await sendAll(500, (i) =>
      server.post('/v2/models/fraud/infer', inferBody([featuresOf(i)], { id: `r${sent + i}` })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    sent += 500;
  };
  do await send();
  while ((await server.report('fraud')).traffic.dropped.budget === 0);
  const { traffic, interference } = await server.report('fraud');
  const dropped = Object.values(traffic.dropped).reduce((sum, rows) => sum + rows, 0);
  expect(traffic.requests).toBe(sent);
  expect(traffic.compared + dropped).toBe(traffic.sampled);
  // A pair of windows or two say nothing yet.
  expect(interference).toMatchObject({ state: 'measuring', estimate: null, budget: 0.05, p99_ms: null });
  expect(interference?.pairs).toBeLessThan(30);
  const metrics = await readMetrics(server);
  expect(total(metrics, 'shadow_governor_state', { model: 'fraud', state: 'measuring' })).toBe(1);
  expect(total(metrics, 'shadow_governor_state', { model: 'fraud', state: 'off' })).toBe(0);
  expect(total(metrics, 'shadow_effective_sample_rate', { model: 'fraud', shadow: '8' })).toBe(0.8);
});

it('a server that is told not to measure it never pauses', async () => {
  await using server = await startTestServer({ models: models('interference_budget: off\n') });
  const until = performance.now() + 5000;
  for (let i = 0; performance.now() < until; i++) {
    await server.post('/v2/models/fraud/infer', inferBody([featuresOf(i)]));
  }
  const { traffic, interference } = await server.report('fraud');
  expect(traffic.dropped.budget).toBe(0);
  expect(interference).toMatchObject({ state: 'off', budget: null, effective_sample: 1, pairs: 0 });
  const metrics = await readMetrics(server);
  expect(total(metrics, 'shadow_governor_state', { model: 'fraud', state: 'off' })).toBe(1);
});
