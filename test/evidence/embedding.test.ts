import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Row } from '../../src/log/comparison-log.ts';
import { embedder, linearRegression, type Matrix, mlp } from '../support/onnx-models.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { inferBody, settled } from '../support/traffic.ts';

const everything = 'primary: 7\nshadows: [{version: 8, sample: 100%}]\ninterference_budget: off\n';
/** The first two numbers of a request; the shadow adds the third as a third dimension of its own. */
const flat: Matrix = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 0],
];
const deep: Matrix = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];
const longer: Matrix = deep.map((row) => row.map((value) => 3 * value));
const wider: Matrix = deep.map((row) => [...row, 0]);
const models = (name: string, primary: Uint8Array, shadow: Uint8Array, config = '') => ({
  [`${name}/7/model.onnx`]: primary,
  [`${name}/8/model.onnx`]: shadow,
  [`${name}/deployment.yaml`]: everything + config,
});
const byTask = 'task: embedding\n';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    models: {
      ...models('named', embedder(flat, 'sentence_embedding'), embedder(deep, 'sentence_embedding')),
      ...models('asked', embedder(flat, 'v'), embedder(longer, 'v'), byTask),
      ...models('wider', embedder(flat), embedder(wider), byTask),
      ...models('unfit', embedder(flat), linearRegression(), byTask),
      ...models('wrong', mlp(), mlp(), 'outputs: {embedding: label}\n'),
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

describe('two embeddings', () => {
  it('are compared by the cosine of their vectors, in every segment', async () => {
    for (let i = 0; i < 40; i++) {
      // In France the shadow's vector is turned by 45 degrees: (1, 0, 0) and (1, 0, 1).
      await send('named', [1, 0, 0], `de${i}`, 'DE');
      await send('named', [1, 0, 1], `fr${i}`, 'FR');
    }
    const report = await server.report('named');
    expect(report.task).toBe('embedding');
    const half = (1 + Math.SQRT1_2) / 2;
    expect(report.overall.similarity).toMatchObject({ measure: 'cosine', k: null, n: 80 });
    expect(report.overall.similarity?.mean).toBeCloseTo(half, 7);
    expect(report.overall.similarity?.lengths?.primary).toBe(1);
    expect(report.overall.similarity?.lengths?.shadow).toBeCloseTo((1 + Math.SQRT2) / 2, 12);
    expect(report.overall.agreement?.estimate).toBe(0.5);
    expect(report.segments.map(({ segment, block }) => [segment.value, block.similarity?.n])).toEqual([
      ['FR', 40],
      ['DE', 40],
    ]);
    const [france, germany] = report.segments.map(({ block }) => block.similarity!);
    expect(france!.mean).toBeCloseTo(Math.SQRT1_2, 7);
    expect(france!.upper).toBeLessThan(0.99);
    expect(germany).toMatchObject({ mean: 1, upper: 1 });
    expect(report.overall.accuracy).toBeNull();
    expect(report.verdict.decision).toBe('keep_shadowing');
  });

  it('leave no vector in the log', async () => {
    const row = (await comparisons('named')).get('fr0')!;
    expect(row).toMatchObject({
      ...{ task: 'embedding', p_label: null, p_value: 1, p_probabilities: null, agree: false },
      ...{ overlap: null, p_items: null, features: null },
    });
    expect(row.s_value).toBeCloseTo(Math.SQRT2, 12);
    expect(row.cosine).toBeCloseTo(Math.SQRT1_2, 12);
    expect(row.abs_diff).toBeCloseTo(Math.SQRT2 - 1, 12);
  });

  it('agree where one is longer, have nothing in common with a zero vector, and fail where they overflow', async () => {
    await send('asked', [3, 4, 0], 'long');
    await send('asked', [0, 0, 2], 'zero');
    await send('asked', [0, 0, 0], 'zeros');
    await send('asked', [2e38, 0, 0], 'infinite');
    const rows = await comparisons('asked');
    expect(rows.get('long')).toMatchObject({ cosine: 1, agree: true, p_value: 5, s_value: 15, abs_diff: 10 });
    expect(rows.get('zero')).toMatchObject({ cosine: 0, agree: false, p_value: 0, s_value: 6 });
    expect(rows.get('zeros')).toMatchObject({ cosine: 1, agree: true });
    expect(rows.get('infinite')).toMatchObject({
      ...{ s_status: 'nan', s_error_code: 'NOT_FINITE', cosine: null, agree: null },
    });
    const { overall } = await server.report('asked');
    expect(overall.similarity).toMatchObject({ n: 3, mean: expect.closeTo(2 / 3, 12) });
    expect(overall.errors?.shadow.rate).toBe(0.25);
  });

  it('of different dimensions have nothing in common, and the log of the server says so', async () => {
    await send('wider', [1, 0, 0], 'a');
    expect((await comparisons('wider')).get('a')).toMatchObject({ cosine: 0, agree: false, s_status: 'ok' });
    expect(server.logged.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(
        /the vectors of version 7, the primary, have 3 numbers and those of version 8 4:/,
      ),
    );
  });

  it('answer /predict with their vectors', async () => {
    const { json } = await server.post('/predict/named', {
      features: [{ x: [1, 2, 0] }, { x: [0.1, 0, 9] }],
    });
    expect(json.predictions).toEqual([{ embedding: [1, 2, 0] }, { embedding: [0.1, 0, 0] }]);
  });
});

describe('what is no embedding', () => {
  it('is refused as a shadow, and the primary goes on', async () => {
    await send('unfit', [1, 0, 0], 'a');
    const { json } = await server.get('/v2/models/unfit');
    expect(json.name).toBe('unfit');
    expect(server.logged.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(
        /cannot be served: .*task embedding needs an output of floats \[N,D\].*"variable" FP32 \[-1,1\]/,
      ),
    );
  });

  it('is refused as a primary, with the reason', async () => {
    const answer = await server.post('/v2/models/wrong/infer', inferBody([[1, 2, 3, 4]]));
    expect(answer.status).toBe(503);
    expect(answer.json.error).toMatch(
      /outputs\.embedding names "label" INT64 \[-1\]; an embedding is an output of numbers/,
    );
  });
});
