import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Row } from '../../src/log/comparison-log.ts';
import { binaryRequest } from '../support/infer-client.ts';
import { closeAndOpenLog } from '../support/log-file.ts';
import { mlp } from '../support/onnx-models.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { featuresOf, inferBody, sendAll, settled } from '../support/traffic.ts';

const pair = (name: string) => ({
  [`${name}/7/model.onnx`]: mlp({ seed: 1 }),
  [`${name}/8/model.onnx`]: mlp({ seed: 2 }),
});
const everything = 'primary: 7\nshadows: [{version: 8, sample: 100%}]\ninterference_budget: off\n';
const models = {
  ...pair('usual'),
  // Pauses of the governor would drop some, by chance.
  'usual/deployment.yaml': 'interference_budget: off',
  ...pair('people'),
  'people/deployment.yaml': 'interference_budget: off',
  ...pair('rows'),
  'rows/deployment.yaml': everything,
  ...pair('forms'),
  'forms/deployment.yaml': everything,
  ...pair('noise'),
  'noise/deployment.yaml': `${everything}control: 100%\n`,
  ...pair('two'),
  'two/9/model.onnx': mlp({ seed: 3 }),
  'two/deployment.yaml':
    'primary: 7\nshadows: [{version: 8, sample: 60%}, {version: 9, sample: 30%}]\ninterference_budget: off\n',
  'alone/7/model.onnx': mlp({ seed: 1 }),
};

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ models });
});
afterAll(() => server[Symbol.asyncDispose]());

/** u = first 48 bits of SHA-256(salt:unit) / 2⁴⁸, and the salt is the model's name. */
function position(model: string, unit: string): number {
  return createHash('sha256').update(`${model}:${unit}`).digest().readUIntBE(0, 6) / 2 ** 48;
}

function ids(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `r${i}`);
}

async function send(to: TestServer, model: string, count: number, extra: (i: number) => object = () => ({})) {
  const answers = await sendAll(count, (i) =>
    to.post(`/v2/models/${model}/infer`, inferBody([featuresOf(i)], { id: `r${i}`, ...extra(i) })),
  );
  for (const answer of answers) expect(answer.status).toBe(200);
}

async function comparisons(of: TestServer, model: string, query = ''): Promise<Row[]> {
  await settled(of);
  const { json } = await of.get(`/v2/models/${model}/comparisons?limit=1000${query}`);
  expect(json.comparisons.length).toBeLessThan(1000);
  return json.comparisons;
}

async function sampledIds(of: TestServer, model: string, query = ''): Promise<string[]> {
  return (await comparisons(of, model, query)).map((row) => String(row.request_id)).sort();
}

describe('a shadow without a sample of its own', () => {
  it('is offered a quarter of 4,000 requests, the very ones that the hash names', async () => {
    await send(server, 'usual', 4000);
    const named = ids(4000).filter((id) => position('usual', id) < 0.25);
    // Five standard deviations of a binomial count.
    expect(Math.abs(named.length - 1000)).toBeLessThan(5 * Math.sqrt(4000 * 0.25 * 0.75));
    const { traffic } = await server.report('usual');
    expect(traffic).toMatchObject({
      ...{ requests: 4000, rows: 4000, sampled: named.length, compared: named.length },
      dropped: { queue_full: 0, deadline: 0, stalled: 0, breaker: 0, budget: 0 },
    });
    const seen = [
      ...(await sampledIds(server, 'usual', '&disagree=true')),
      ...(await sampledIds(server, 'usual', '&disagree=false')),
    ];
    expect(seen.sort()).toEqual(named.sort());
  });

  it('sees an entity always or never, whatever its requests are called', async () => {
    const people = 200;
    await send(server, 'people', 5 * people, (i) => ({ parameters: { entity: `person ${i % people}` } }));
    const rows = await comparisons(server, 'people');
    const perPerson = Map.groupBy(rows, (row) => row.entity_hash);
    const named = Array.from({ length: people }, (_, i) => position('people', `person ${i}`)).filter(
      (u) => u < 0.25,
    );
    expect(perPerson.size).toBe(named.length);
    for (const ofOne of perPerson.values()) expect(ofOne).toHaveLength(5);
    for (const row of rows) expect(row.pi).toBe(0.25);
  });
});

describe('the mirror', () => {
  it('compares a request of several rows row by row', async () => {
    const rows = [1, 2, 3, 4].map((i) => featuresOf(i));
    await server.post('/v2/models/rows/infer', inferBody(rows, { id: 'many' }));
    for (const [i, row] of rows.entries()) {
      await server.post('/v2/models/rows/infer', inferBody([row], { id: `one ${i}` }));
    }
    const { traffic } = await server.report('rows');
    expect(traffic).toMatchObject({ requests: 5, rows: 8, sampled: 8, compared: 8 });
    const logged = await comparisons(server, 'rows');
    for (const i of rows.keys()) {
      const together = logged.find((row) => row.request_id === 'many' && row.row === i);
      const alone = logged.find((row) => row.request_id === `one ${i}`);
      for (const side of ['p', 's']) {
        expect(together?.[`${side}_label`]).toBe(alone?.[`${side}_label`]);
        expect(together?.[`${side}_confidence`]).toBeCloseTo(Number(alone?.[`${side}_confidence`]), 5);
      }
    }
  });

  it('plays JSON tensors, binary tensors and the short form alike', async () => {
    const x = featuresOf(77);
    const tensor = { name: 'x', datatype: 'FP32', shape: [1, 4], data: Float32Array.from(x) } as const;
    const binary = binaryRequest([tensor], { id: 'binary' });
    const sent = [
      await server.post('/v2/models/forms/infer', inferBody([x], { id: 'json' })),
      await server.post('/v2/models/forms/infer', binary.body, binary.headers),
      await server.post('/predict/forms', { id: 'short', features: { x } }),
    ];
    expect(sent.map(({ status }) => status)).toEqual([200, 200, 200]);
    const rows = await comparisons(server, 'forms');
    expect(rows.map((row) => row.request_id).sort()).toEqual(['binary', 'json', 'short']);
    for (const row of rows) {
      expect(row).toMatchObject({ p_status: 'ok', s_status: 'ok' });
      expect(row.p_label).toBe(rows[0]?.p_label);
      expect(row.s_label).toBe(rows[0]?.s_label);
      expect(row.s_confidence).toBeCloseTo(Number(rows[0]?.s_confidence), 5);
    }
  });

  it('plays to two shadows at once, and the smaller sample lies within the larger', async () => {
    await send(server, 'two', 1000);
    const eight = await sampledIds(server, 'two', '&shadow=8');
    const nine = await sampledIds(server, 'two', '&shadow=9');
    const named = (rate: number) => ids(1000).filter((id) => position('two', id) < rate);
    expect(eight).toEqual(named(0.6).sort());
    expect(nine).toEqual(named(0.3).sort());
    const reports = [await server.report('two', '?shadow=8'), await server.report('two', '?shadow=9')];
    expect(reports.map(({ shadow, traffic }) => [shadow, traffic.rows, traffic.compared])).toEqual([
      ['8', 1000, eight.length],
      ['9', 1000, nine.length],
    ]);
  });

  it('runs the primary’s own version under shadow conditions where a control is asked for', async () => {
    await send(server, 'noise', 100);
    const { traffic, overall } = await server.report('noise');
    expect(traffic).toMatchObject({ requests: 100, compared: 100 });
    expect(overall.latency_ms?.control?.p50).toBeGreaterThan(0);
    expect(overall.latency_ms?.ratio?.against).toBe('control');
    expect(await comparisons(server, 'noise')).toHaveLength(100);
  });
});

describe('the log, once the server is closed,', () => {
  it('holds the control’s rows by their role, and the traffic of a model without shadow', async () => {
    await send(server, 'alone', 50);
    expect((await server.get('/v2/models/alone/report')).status).toBe(404);
    using log = await closeAndOpenLog(server);
    expect(
      await log.query(
        `SELECT shadow_version, count(*) AS n, bool_and(agree) AS same FROM comparisons
         WHERE model = 'noise' AND role = 'control' GROUP BY ALL`,
      ),
    ).toEqual([{ shadow_version: '7', n: 100, same: true }]);
    expect(
      await log.query(
        `SELECT sum(n_requests)::INTEGER AS requests, sum(n_all)::INTEGER AS all_rows, sum(n_sampled)::INTEGER AS sampled
         FROM traffic WHERE model = 'alone'`,
      ),
    ).toEqual([{ requests: 50, all_rows: 50, sampled: 0 }]);
  });
});
