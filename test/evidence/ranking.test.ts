import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Row } from '../../src/log/comparison-log.ts';
import { linearRegression, type Matrix, ranker, scoredItems } from '../support/onnx-models.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { inferBody, settled } from '../support/traffic.ts';

const everything = 'primary: 7\nshadows: [{version: 8, sample: 100%}]\ninterference_budget: off\n';
/** A request's numbers are the scores of its four items. */
const asGiven: Matrix = [
  [1, 0, 0, 0],
  [0, 1, 0, 0],
  [0, 0, 1, 0],
  [0, 0, 0, 1],
];
/** Takes item 1 for item 3, and the other way round. */
const swapped: Matrix = [asGiven[0]!, asGiven[3]!, asGiven[2]!, asGiven[1]!];
const models = (name: string, primary: Uint8Array, shadow: Uint8Array, config = '') => ({
  [`${name}/7/model.onnx`]: primary,
  [`${name}/8/model.onnx`]: shadow,
  [`${name}/deployment.yaml`]: everything + config,
});

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    models: {
      ...models('found', ranker(asGiven, 2), ranker(swapped, 2)),
      ...models('scored', scoredItems(asGiven), scoredItems(swapped), 'task: ranking\noutputs: {k: 3}\n'),
      ...models('deeper', ranker(asGiven, 2), ranker(swapped, 4), 'task: ranking\n'),
      ...models('tolerant', ranker(asGiven, 2), ranker(swapped, 2), 'tolerance: {overlap: 0.5}\n'),
      ...models('unfit', ranker(asGiven, 2), linearRegression(), 'task: ranking\n'),
      ...models('wrong', ranker(asGiven, 2), ranker(asGiven, 2), 'outputs: {items: item_ids, k: 3}\n'),
    },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

async function send(model: string, x: readonly number[], id: string, country = 'DE'): Promise<void> {
  const answer = await server.post(
    `/v2/models/${model}/infer`,
    inferBody([x], { id, parameters: { 'segment.country': country } }),
  );
  expect(answer.status, answer.bytes.toString()).toBe(200);
}

async function comparisons(model: string): Promise<Map<unknown, Row>> {
  await settled(server);
  const { json } = await server.get(`/v2/models/${model}/comparisons?limit=1000`);
  return new Map((json.comparisons as Row[]).map((row) => [row.request_id, row]));
}

describe('two rankings', () => {
  it('are compared by what their first k have in common, and by who has the relevant item', async () => {
    const labels: { id: string; label: number | string }[] = [];
    for (let i = 0; i < 40; i++) {
      // [0, 1] against [0, 3]; in France [1, 3] against [3, 1], which is the same.
      await send('found', [4, 3, 2, 1], `de${i}`, 'DE');
      await send('found', [1, 4, 2, 3], `fr${i}`, 'FR');
      // 0 is in both lists, 1 in the primary's, 3 in the shadow's, 2 in neither.
      if (i < 36) labels.push({ id: `de${i}`, label: i < 12 ? 0 : i < 20 ? 1 : i < 34 ? '3' : 2 });
      if (i < 10) labels.push({ id: `fr${i}`, label: 1 });
    }
    expect((await server.post('/v2/models/found/labels', { labels })).json).toEqual({ accepted: 46 });
    const report = await server.report('found');
    expect(report).toMatchObject({ task: 'ranking', flips: null });
    expect(report.overall.similarity).toMatchObject({
      measure: 'overlap',
      k: 2,
      n: 80,
      mean: 0.75,
      lengths: null,
    });
    expect(report.overall.agreement?.estimate).toBe(0.5);
    expect(report.overall.accuracy).toMatchObject({
      ...{ n: 80, labelled: 46, gains: 14, losses: 8, unlabelled: 4 },
      ...{ primary: 30 / 46, shadow: 36 / 46, bounds: { lower: 2 / 80, upper: 10 / 80 } },
    });
    const byCountry = Object.fromEntries(report.segments.map(({ segment, block }) => [segment.value, block]));
    expect(byCountry.DE?.accuracy).toMatchObject({
      n: 40,
      labelled: 36,
      gains: 14,
      losses: 8,
      unlabelled: 4,
    });
    expect(byCountry.DE?.similarity).toMatchObject({ n: 40, mean: 0.5 });
    expect(byCountry.FR?.accuracy).toMatchObject({ n: 40, labelled: 10, gains: 0, losses: 0, unlabelled: 0 });
    expect(byCountry.FR?.similarity).toMatchObject({ n: 40, mean: 1, upper: 1 });
  });

  it('are in the log with their items', async () => {
    const rows = await comparisons('found');
    expect(rows.get('de0')).toMatchObject({
      ...{ task: 'ranking', p_items: '["0","1"]', s_items: '["0","3"]', overlap: 0.5, agree: false },
      ...{ cosine: null, abs_diff: null, p_label: null, p_value: null },
    });
    expect(rows.get('fr0')).toMatchObject({
      p_items: '["1","3"]',
      s_items: '["3","1"]',
      overlap: 1,
      agree: true,
    });
  });

  it('are read from scores where there is one for each item', async () => {
    await send('scored', [4, 3, 2, 1], 'a');
    expect((await comparisons('scored')).get('a')).toMatchObject({
      ...{ p_items: '["0","1","2"]', s_items: '["0","3","2"]', overlap: expect.closeTo(2 / 3, 12) },
    });
    const { json } = await server.post('/predict/scored', { features: { x: [1, 2, 3, 4] } });
    expect(json.predictions).toEqual([{ items: [3, 2, 1] }]);
  });

  it('are as deep as the primary', async () => {
    await send('deeper', [4, 3, 2, 1], 'a');
    expect((await comparisons('deeper')).get('a')).toMatchObject({ s_items: '["0","3"]', overlap: 0.5 });
  });

  it('may agree and still differ in the item that counts', async () => {
    await send('tolerant', [4, 3, 2, 1], 'a');
    await server.post('/v2/models/tolerant/labels', { labels: [{ id: 'a', label: 1 }] });
    const { overall } = await server.report('tolerant');
    expect(overall.agreement?.estimate).toBe(1);
    expect(overall.accuracy).toMatchObject({ gains: 0, losses: 1, unlabelled: 0 });
  });
});

describe('what is no ranking', () => {
  it('is refused as a shadow, and the primary goes on', async () => {
    await send('unfit', [4, 3, 2, 1], 'a');
    expect(server.logged.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/cannot be served: .*task ranking needs an output of item ids \[N,K\]/),
    );
  });

  it('is refused where it has fewer items than are asked for', async () => {
    const answer = await server.post('/v2/models/wrong/infer', inferBody([[1, 2, 3, 4]]));
    expect(answer.status).toBe(503);
    expect(answer.json.error).toMatch(/outputs\.k is 3, and "item_ids" INT64 \[-1,2\] has 2 items in a row/);
  });
});
