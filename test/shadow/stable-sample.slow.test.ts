import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mlp } from '../support/onnx-models.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { featuresOf, inferBody, sendAll, settled } from '../support/traffic.ts';

const models = {
  'kept/7/model.onnx': mlp({ seed: 1 }),
  'kept/8/model.onnx': mlp({ seed: 2 }),
  'kept/deployment.yaml': 'interference_budget: off',
};
const requests = 600;

/** Sends the same requests every time; the ids of all that were compared so far. */
async function play(server: TestServer): Promise<string[]> {
  const answers = await sendAll(requests, (i) =>
    server.post('/v2/models/kept/infer', inferBody([featuresOf(i)], { id: `r${i}` })),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  return sampled(server);
}

async function sampled(server: TestServer): Promise<string[]> {
  await settled(server);
  const { json } = await server.get('/v2/models/kept/comparisons?limit=1000');
  expect(json.comparisons.length).toBeLessThan(1000);
  return json.comparisons.map((row: { request_id: string }) => row.request_id).sort();
}

describe('which requests are sampled', () => {
  it('is the same after a restart and on another server, and a higher rate keeps them all', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'understudy-sample-'));
    const over = (more: Record<string, string> = {}) => startTestServer({ models: more, directory });
    try {
      let before: string[];
      {
        await using server = await startTestServer({ models, directory });
        before = await play(server);
        expect(before.length).toBeGreaterThan(100);
        expect(before.length).toBeLessThan(200);
      }
      {
        await using other = await startTestServer({ models });
        expect(await play(other)).toEqual(before);
      }
      {
        await using server = await over();
        expect(await sampled(server)).toEqual(before);
        expect(await play(server)).toEqual(before.flatMap((id) => [id, id]));
      }
      await using server = await over({
        'kept/deployment.yaml':
          'primary: 7\nshadows: [{version: 8, sample: 60%}]\ninterference_budget: off\n',
      });
      const times = Map.groupBy(await play(server), (id) => id);
      expect(times.size).toBeGreaterThan(2 * before.length);
      expect([...times].filter(([, seen]) => seen.length === 3).map(([id]) => id)).toEqual(before);
      expect([...times].filter(([, seen]) => seen.length === 1)).toHaveLength(times.size - before.length);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });
});
