import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  garbage,
  identity,
  linearRegression,
  mlp,
  nanOnNegative,
  slow,
  throwing,
} from '../support/onnx-models.ts';
import { readMetrics, total } from '../support/prometheus.ts';
import { type Answer, startTestServer, type TestServer } from '../support/test-server.ts';
import { featuresOf, inferBody, sendAll, settled } from '../support/traffic.ts';

const everything = 'primary: 7\nshadows: [{version: 8, sample: 100%}]\ninterference_budget: off\n';
const requests = 200;
const queueSize = 4;
const batchSize = 4;

const shadows: Readonly<Record<string, { readonly file: Uint8Array; readonly config?: string }>> = {
  throws_on_every_row: { file: throwing({ seed: 1 }), config: 'breaker: {failures: 1000}\n' },
  takes_long_and_has_a_short_queue: {
    file: slow({ seed: 1, milliseconds: 400 }),
    config: `dynamic_batching: {max_queue_size: ${queueSize}, max_batch_size: ${batchSize}}\n`,
  },
  is_no_model: { file: garbage() },
  has_another_signature: { file: identity('INT64', [-1, 3]), config: 'breaker: {failures: 1000}\n' },
  gives_nan: { file: nanOnNegative({ seed: 1 }) },
  does_another_task: { file: linearRegression({ weights: [1, 2, 3, 4] }) },
};
const cases = Object.keys(shadows);

let plain: TestServer;
let shadowed: TestServer;
const plainAnswers = new Map<string, readonly Answer[]>();
const answers = new Map<string, readonly Answer[]>();
/** Runs of the slow shadow between the first request and the last answer. */
let runsOfTheSlowShadow = 0;

const runs = async (model: string): Promise<number> =>
  total(await readMetrics(shadowed), 'nv_inference_exec_count', { model, role: 'shadow' });

beforeAll(async () => {
  const primaries = cases.map((name) => [`${name}/7/model.onnx`, mlp({ seed: 1 })] as const);
  const configs = cases.map((name) => [
    `${name}/deployment.yaml`,
    everything + (shadows[name]!.config ?? ''),
  ]);
  plain = await startTestServer({ models: Object.fromEntries(primaries) });
  shadowed = await startTestServer({
    models: Object.fromEntries([
      ...primaries,
      ...cases.map((name) => [`${name}/8/model.onnx`, shadows[name]!.file]),
      ...configs,
    ]),
  });
  for (const name of cases) {
    const ask = (server: TestServer) => (i: number) =>
      server.post(`/v2/models/${name}/infer`, inferBody([featuresOf(i)], { id: `r${i}` }));
    const before = await runs(name);
    // Fewer connections than the primary's queue has room: it takes them all.
    answers.set(name, await sendAll(requests, ask(shadowed), 4));
    if (name === 'takes_long_and_has_a_short_queue') runsOfTheSlowShadow = (await runs(name)) - before;
    plainAnswers.set(name, await sendAll(requests, ask(plain), 4));
  }
  await settled(shadowed);
});
afterAll(async () => {
  await plain[Symbol.asyncDispose]();
  await shadowed[Symbol.asyncDispose]();
});

describe.each(cases)('a primary whose shadow %s', (name) => {
  it('answers every request with its own version and the very bytes it gives without a shadow', () => {
    const without = plainAnswers.get(name)!;
    answers.get(name)!.forEach((answer, i) => {
      expect(answer.status).toBe(200);
      expect(answer.json).toMatchObject({ model_name: name, model_version: '7', id: `r${i}` });
      expect(answer.bytes.equals(without[i]!.bytes), `body of r${i}`).toBe(true);
      expect(headersOf(answer)).toEqual(headersOf(without[i]!));
    });
  });

  it('has all its rows in the report’s traffic, and none of its own errors', async () => {
    const { traffic } = await shadowed.report(name);
    expect(traffic).toMatchObject({ requests, rows: requests, errors: { primary: 0 } });
  });
});

describe('the report on a shadow that', () => {
  it('throws on every row counts every row as compared and as an error of the shadow', async () => {
    const { traffic, overall, verdict } = await shadowed.report('throws_on_every_row');
    expect(traffic).toMatchObject({
      ...{ sampled: requests, compared: requests },
      dropped: { queue_full: 0 },
      errors: { primary: 0, shadow: requests },
    });
    expect(overall).toMatchObject({ n: requests, agreement: null, confidence: null });
    expect(overall.errors).toMatchObject({ primary: { rate: 0 }, shadow: { rate: 1 } });
    expect(verdict.decision).not.toBe('promote');
  });

  it('throws names the error in the rows', async () => {
    const { json } = await shadowed.get('/v2/models/throws_on_every_row/comparisons?limit=3');
    for (const row of json.comparisons) {
      expect(row).toMatchObject({ p_status: 'ok', s_status: 'error', agree: null, s_label: null });
      expect(row.s_error_code).toBe('EXECUTION_FAILED');
    }
  });

  it('is slow counts what did not fit into its queue as dropped, and the rest as compared', async () => {
    const { traffic } = await shadowed.report('takes_long_and_has_a_short_queue');
    const { sampled, compared, dropped } = traffic;
    expect(sampled).toBe(requests);
    // On a slow machine some may be dropped for other reasons, too.
    const lost = Object.values(dropped).reduce((sum, rows) => sum + rows, 0);
    expect(lost + compared).toBe(requests);
    // One batch that runs and a full queue for each run: far less than what the primary answered meanwhile.
    expect(dropped.queue_full).toBeGreaterThan(requests / 2);
    expect(compared).toBeGreaterThanOrEqual(queueSize);
    expect(traffic.errors.shadow).toBe(0);
  });

  it('is slow has run a few times at most while the primary answered everything', () => {
    expect(runsOfTheSlowShadow).toBeLessThanOrEqual(requests / batchSize / 10);
  });

  it('is no model has compared nothing, and the server says why', async () => {
    const { traffic, verdict } = await shadowed.report('is_no_model');
    expect(traffic).toMatchObject({ sampled: 0, compared: 0, errors: { primary: 0, shadow: 0 } });
    expect(verdict).toEqual({
      decision: 'keep_shadowing',
      reasons: ['No request has been compared yet, so nothing is known of v8.'],
    });
    const ready = await shadowed.get('/v2/models/is_no_model/versions/8/ready');
    expect(ready.status).toBe(503);
    expect(ready.json).toMatchObject({ role: 'shadow', ready: false });
    const line = shadowed.logged.find(({ message }) => message.startsWith('cannot be served'));
    expect(line).toMatchObject({ level: 'error', details: { model: 'is_no_model', version: '8' } });
  });

  it('cannot read the request has an error on each of the primary’s rows', async () => {
    const { traffic } = await shadowed.report('has_another_signature');
    expect(traffic).toMatchObject({ compared: requests, errors: { primary: 0, shadow: requests } });
    const { json } = await shadowed.get('/v2/models/has_another_signature/comparisons?limit=1');
    expect(json.comparisons[0]).toMatchObject({
      ...{ p_status: 'ok', s_status: 'error', s_error_code: 'WRONG_DATATYPE' },
      p_label: expect.any(String),
    });
  });

  it('gives NaN has those rows as errors and agrees on the others', async () => {
    const negative = Array.from({ length: requests }, (_, i) => featuresOf(i)[0]!).filter(
      (x) => x < 0,
    ).length;
    expect(negative).toBeGreaterThan(requests / 4);
    const { traffic, overall } = await shadowed.report('gives_nan');
    expect(traffic).toMatchObject({ compared: requests, errors: { primary: 0, shadow: negative } });
    expect(overall.agreement?.estimate).toBe(1);
    expect(overall.errors?.shadow.rate).toBe(negative / requests);
    const { json } = await shadowed.get('/v2/models/gives_nan/comparisons?limit=1000');
    const statuses = json.comparisons.map((row: { s_status: string }) => row.s_status);
    expect(statuses.filter((status: string) => status === 'nan')).toHaveLength(negative);
  });

  it('does another task has outcomes that cannot be compared, which is no error and no agreement', async () => {
    const { traffic, overall, flips } = await shadowed.report('does_another_task');
    expect(traffic).toMatchObject({ compared: requests, errors: { primary: 0, shadow: 0 } });
    expect(overall).toMatchObject({ n: requests, agreement: null });
    expect(flips).toEqual([]);
    const { json } = await shadowed.get('/v2/models/does_another_task/comparisons?limit=1');
    expect(json.comparisons[0]).toMatchObject({ s_status: 'ok', s_label: null, agree: null });
    expect(json.comparisons[0].s_value).toEqual(expect.any(Number));
  });
});

function headersOf({ headers }: Answer): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => name !== 'date'));
}
