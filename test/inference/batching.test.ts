import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookup } from '../support/onnx-models/other-inputs.ts';
import { identity, mlp, sequenceMajor, slow } from '../support/onnx-models.ts';
import { readMetrics, total } from '../support/prometheus.ts';
import { type Answer, startTestServer, type TestServer } from '../support/test-server.ts';

/** Waits for four requests, for a third of a second at most: what is sent together runs together. */
const fourTogether = 'dynamic_batching: {max_batch_size: 4, max_queue_delay_microseconds: 300000}';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    models: {
      'mlp/1/model.onnx': mlp(),
      'mlp/deployment.yaml': fourTogether,
      'busy/1/model.onnx': slow({ milliseconds: 40 }),
      'lookup/1/model.onnx': lookup(),
      'lookup/deployment.yaml': fourTogether,
      'wide/1/model.onnx': identity('FP32', [-1, -1]),
      'wide/deployment.yaml': fourTogether,
      'text/1/model.onnx': identity('BYTES', [-1, 1]),
      'text/deployment.yaml': fourTogether,
      'centred/1/model.onnx': sequenceMajor(),
      'centred/deployment.yaml': fourTogether,
      'pair/1/model.onnx': slow({ milliseconds: 10 }),
      'pair/deployment.yaml': 'instance_group: {count: 2}',
      'small/1/model.onnx': slow({ milliseconds: 40 }),
      'small/deployment.yaml': 'dynamic_batching: {max_batch_size: 1, max_queue_size: 2}',
    },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

const runs = async (model: string): Promise<number> =>
  total(await readMetrics(server), 'nv_inference_exec_count', { model, role: 'primary' });

/** How often the model ran while `action` was under way. */
async function runsDuring<Result>(model: string, action: () => Promise<Result>): Promise<[number, Result]> {
  const before = await runs(model);
  const result = await action();
  return [(await runs(model)) - before, result];
}

const infer = (model: string, datatype: string, rows: readonly (readonly unknown[])[], name = 'x') =>
  server.post(`/v2/models/${model}/infer`, {
    inputs: [{ name, datatype, shape: [rows.length, rows[0]!.length], data: rows }],
  });

const rowOf = (i: number): number[] => [Math.sin(i), Math.cos(2 * i), (i % 5) / 2 - 1, (i % 3) - 1];

function expectSameScores(a: Answer, b: Answer): void {
  const [left, right] = [a, b].map((answer) => answer.json.outputs[1].data as number[]);
  expect(left).toEqual(right!.map((score) => expect.closeTo(score, 5)));
  expect(a.json.outputs[0].data).toEqual(b.json.outputs[0].data);
}

describe('requests that come together', () => {
  it('share a run, and each gets what it gets alone', async () => {
    const alone: Answer[] = [];
    for (const i of [0, 1]) alone.push(await infer('mlp', 'FP32', [rowOf(i)]));
    const [together, answers] = await runsDuring('mlp', () =>
      Promise.all([0, 1, 2, 3].map((i) => infer('mlp', 'FP32', [rowOf(i % 2)]))),
    );
    expect(together).toBe(1);
    for (const [i, answer] of answers.entries()) expectSameScores(answer, alone[i % 2]!);
  });

  it('share runs while a worker is busy, without any delay being asked for', async () => {
    const alone = await Promise.all([0, 1, 2].map((i) => infer('busy', 'FP32', [rowOf(i)])));
    const [together, answers] = await runsDuring('busy', () =>
      Promise.all(Array.from({ length: 24 }, (_, i) => infer('busy', 'FP32', [rowOf(i % 3)]))),
    );
    expect(together).toBeLessThan(12);
    for (const [i, answer] of answers.entries()) expectSameScores(answer, alone[i % 3]!);
  });

  it('share a run though their numbers of rows differ, and none is given rows of another', async () => {
    const sizes = [1, 3, 0, 2];
    const texts = sizes.map((size, i) =>
      Array.from({ length: size }, (_, row) => [`request ${i} row ${row}`]),
    );
    const answers = await Promise.all(
      texts.map((rows) =>
        server.post('/v2/models/text/infer', {
          inputs: [{ name: 'x', datatype: 'BYTES', shape: [rows.length, 1], data: rows }],
        }),
      ),
    );
    answers.forEach((answer, i) => {
      expect(answer.json.outputs[0]).toMatchObject({ shape: [sizes[i], 1], data: texts[i]!.flat() });
    });
  });

  it('of different shapes run apart, at once', async () => {
    const [together, answers] = await runsDuring('wide', () =>
      Promise.all([2, 3, 2, 3].map((width, i) => infer('wide', 'FP32', [new Array(width).fill(i)]))),
    );
    expect(together).toBe(2);
    expect(answers.map((answer) => answer.json.outputs[0].data)).toEqual([
      ...[
        [0, 0],
        [1, 1, 1],
        [2, 2],
        [3, 3, 3],
      ],
    ]);
  });

  it('may be of more rows than a batch, alone or together', async () => {
    const rows = Array.from({ length: 9 }, (_, i) => [i]);
    const answers = await Promise.all([1, 2, 3].map(() => infer('wide', 'FP32', rows)));
    for (const answer of answers) expect(answer.json.outputs[0].data).toEqual(rows.flat());
  });

  it('keep to themselves what is wrong with one of them', async () => {
    const ask = (index: number | string) =>
      server.post('/v2/models/lookup/infer', {
        inputs: [{ name: 'index', datatype: 'INT64', shape: [1], data: [index] }],
      });
    // The model fails on 9, and the server on "one"; the batch is tried again one by one.
    const answers = await Promise.all([ask(0), ask(9), ask('one'), ask(3)]);
    expect(answers.map((answer) => answer.status)).toEqual([200, 400, 400, 200]);
    expect(answers[0]!.json.outputs[0].data).toEqual([10]);
    expect(answers[1]!.json.error).toMatch(/failed on this input/);
    expect(answers[2]!.json.error).toMatch(/"one"; INT64 takes whole numbers/);
    expect(answers[3]!.json.outputs[0].data).toEqual([13]);
  });

  it('never share a run where rows are not independent of each other', async () => {
    const alone: Answer[] = [];
    for (const i of [0, 1]) alone.push(await infer('centred', 'FP32', [rowOf(i), rowOf(i + 7)]));
    const [apart, answers] = await runsDuring('centred', () =>
      Promise.all([0, 1, 2, 3].map((i) => infer('centred', 'FP32', [rowOf(i % 2), rowOf((i % 2) + 7)]))),
    );
    expect(apart).toBe(4);
    for (const [i, answer] of answers.entries()) expectSameScores(answer, alone[i % 2]!);
    expect(server.logged.some((line) => /requests are not batched/.test(line.message))).toBe(true);
  });
});

describe('a lane', () => {
  it('waits as long as it is told to for others to join', async () => {
    const [together] = await runsDuring('mlp', async () => {
      const first = infer('mlp', 'FP32', [rowOf(0)]);
      await new Promise((resolve) => setTimeout(resolve, 50));
      await Promise.all([first, infer('mlp', 'FP32', [rowOf(1)])]);
    });
    expect(together).toBe(1);
  });

  it('of two instances answers everything, and right', async () => {
    const expected = await Promise.all([0, 1, 2].map((i) => infer('pair', 'FP32', [rowOf(i)])));
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, i) => infer('pair', 'FP32', [rowOf(i % 3)])),
    );
    for (const [i, answer] of answers.entries()) expectSameScores(answer, expected[i % 3]!);
  });

  it('whose queue is full says so with 503, and has lost nothing when it is free again', async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, i) => infer('small', 'FP32', [rowOf(i)])),
    );
    const refused = answers.filter((answer) => answer.status === 503);
    const served = answers.filter((answer) => answer.status === 200);
    expect(served.length).toBeGreaterThanOrEqual(2);
    expect(refused.length).toBeGreaterThanOrEqual(1);
    expect(served.length + refused.length).toBe(12);
    for (const answer of refused) {
      expect(answer.json.error).toMatch(/queue of this model is full; try again/);
      expect(answer.headers.get('retry-after')).toBe('1');
    }
    expect((await infer('small', 'FP32', [rowOf(1)])).status).toBe(200);
    const samples = await readMetrics(server);
    expect(total(samples, 'nv_inference_pending_request_count', { model: 'small' })).toBe(0);
    expect(total(samples, 'nv_inference_request_success', { model: 'small' })).toBe(served.length + 1);
  });
});
