import { expect, it } from 'vitest';
import { mlp } from '../support/onnx-models.ts';
import { startTestServer } from '../support/test-server.ts';
import { until } from '../support/until.ts';
import { type CertainTime, underLoad, wrongAnswers } from '../support/versions-under-load.ts';

it('20 promotions and rollbacks under a load of 64 connections fail no request, and nothing is answered by the wrong version once the call has returned', async () => {
  await using server = await startTestServer({
    models: { 'loaded/7/model.onnx': mlp({ seed: 7 }), 'loaded/8/model.onnx': mlp({ seed: 8 }) },
  });
  const promote = () => server.post('/v2/models/loaded/promote', { version: 8 });
  const rollback = () => server.post('/v2/models/loaded/rollback', {});
  const certain: CertainTime[] = [];
  let [version, fromMs] = ['7', performance.now()];
  const answered = await underLoad(server.url, 'loaded', 64, async (soFar) => {
    for (let i = 0; i < 20; i++) {
      certain.push({ version, fromMs, toMs: performance.now() });
      const { status, json } = await (i % 2 === 0 ? promote() : rollback());
      expect(status, json.error).toBe(200);
      [version, fromMs] = [json.primary, performance.now()];
      expect(json).toMatchObject({ primary: i % 2 === 0 ? '8' : '7', changed: true, drained: true });
      const enough = soFar.length + 3 * 64;
      await until(() => soFar.length >= enough);
    }
    certain.push({ version, fromMs, toMs: Number.POSITIVE_INFINITY });
  });
  expect(answered.filter(({ status }) => status !== 200)).toEqual([]);
  const { checked, wrong } = wrongAnswers(answered, certain);
  expect(wrong).toEqual([]);
  expect(checked).toBeGreaterThan(20 * 64);
  expect(new Set(answered.map((answer) => answer.version))).toEqual(new Set(['7', '8']));
});
