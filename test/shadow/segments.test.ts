import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Row } from '../../src/log/comparison-log.ts';
import { openComparisonLog } from '../../src/log/open-comparison-log.ts';
import { filesUnder } from '../log/open-test-log.ts';
import { openLogFile } from '../support/log-file.ts';
import { mlp, namedScalars } from '../support/onnx-models.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { featuresOf, inferBody, sendAll, settled } from '../support/traffic.ts';

const everything = 'primary: 7\nshadows: [{version: 8, sample: 100%}]\ninterference_budget: off\n';
const pair = (name: string, config = '') => ({
  [`${name}/7/model.onnx`]: mlp({ seed: 1 }),
  [`${name}/8/model.onnx`]: mlp({ seed: 2 }),
  [`${name}/deployment.yaml`]: everything + config,
});
/** Both exact as FP32, in JSON, and nowhere else in what a log holds. */
const secretNumber = 48_611.25;
const secretText = 'a-very-private-value';
const secretEntity = 'erika.mustermann@example.org';
const secrets = [secretEntity, secretText, String(secretNumber), bytesOf(secretNumber)];

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    models: {
      ...pair('given'),
      ...pair(
        'derived',
        'segments:\n  age_band: {input: x, column: 3, bins: [-1, 0.5, 2]}\n  first: {input: x}\n',
      ),
      ...pair('crowded'),
      ...pair('curious', 'capture: all\n'),
      ...pair('puzzled', 'capture: disagreements\n'),
    },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

async function send(model: string, body: unknown, headers: Record<string, string> = {}): Promise<void> {
  const path = typeof body === 'string' ? `/v2/models/${model}/infer` : `/predict/${model}`;
  const answer = await server.post(path, body, headers);
  expect(answer.status, answer.bytes.toString()).toBe(200);
}

async function comparisons(model: string): Promise<Row[]> {
  await settled(server);
  return (await server.get(`/v2/models/${model}/comparisons?limit=1000`)).json.comparisons;
}

async function segmentsOf(model: string) {
  const { segments } = await server.report(model);
  return Object.fromEntries(
    segments.map(({ segment: { column, value }, block, traffic_share }) => [
      `${column}=${value}`,
      [block.n, traffic_share],
    ]),
  );
}

describe('segments', () => {
  it('come from parameters, from the short form and from headers, which the body overrules', async () => {
    const x = featuresOf(1);
    await send(
      'given',
      inferBody([x], { id: 'a', parameters: { 'segment.country': 'DE', 'segment.Vip': true } }),
    );
    await send('given', { id: 'b', features: { x }, segments: { country: 'FR', channel: 3 } });
    await send('given', inferBody([x], { id: 'c' }), {
      'x-segment-country': 'PL',
      // Headers are bytes: this is how UTF-8 is given to a client that writes Latin-1.
      'x-segment-sales-channel': Buffer.from('café').toString('latin1'),
    });
    await send(
      'given',
      { id: 'd', features: { x }, segments: { country: 'AT' } },
      { 'x-segment-country': 'CH' },
    );
    const rows = await comparisons('given');
    const of = (id: string) => rows.find((row) => row.request_id === id);
    expect(of('a')).toMatchObject({ seg_country: 'DE', seg_vip: 'true', seg_channel: null });
    expect(of('b')).toMatchObject({ seg_country: 'FR', seg_channel: '3', seg_vip: null });
    expect(of('c')).toMatchObject({ seg_country: 'PL', seg_sales_channel: 'café' });
    expect(of('d')).toMatchObject({ seg_country: 'AT' });
    expect(await segmentsOf('given')).toEqual({
      ...{
        'country=DE': [1, 0.25],
        'country=FR': [1, 0.25],
        'country=PL': [1, 0.25],
        'country=AT': [1, 0.25],
      },
      ...{ 'vip=true': [1, 0.25], 'channel=3': [1, 0.25], 'sales_channel=café': [1, 0.25] },
    });
  });

  it('derived from an input are those of each row, binned where there are bins', async () => {
    const band = (value: number) => [0.5, 0, 0, value];
    const rows = [band(-2), band(-1), band(0.5), band(100), band(0)];
    await send('derived', inferBody(rows, { id: 'five rows' }));
    const logged = (await comparisons('derived')).sort((a, b) => Number(a.row) - Number(b.row));
    expect(logged.map((row) => row.seg_age_band)).toEqual(['<-1', '-1-0.5', '0.5-2', '>=2', '-1-0.5']);
    expect(logged.map((row) => row.seg_first)).toEqual(Array(5).fill('0.5'));
    expect(await segmentsOf('derived')).toEqual({
      ...{ 'age_band=<-1': [1, 0.2], 'age_band=-1-0.5': [2, 0.4] },
      ...{ 'age_band=0.5-2': [1, 0.2], 'age_band=>=2': [1, 0.2], 'first=0.5': [5, 1] },
    });
    const { traffic } = await server.report('derived');
    expect(traffic).toMatchObject({ requests: 1, rows: 5, compared: 5 });
  });

  it('of a column with 2,000 values are refused, and every row is still counted', async () => {
    const values = 2000;
    await sendAll(values, (i) =>
      send(
        'crowded',
        inferBody([featuresOf(0)], { parameters: { 'segment.user': `u${i}`, 'segment.country': 'DE' } }),
      ),
    );
    const report = await server.report('crowded');
    expect(report.traffic).toMatchObject({ requests: values, rows: values });
    expect(
      report.segments.map(({ segment, traffic_share }) => [segment.column, segment.value, traffic_share]),
    ).toEqual([['country', 'DE', 1]]);
    expect(report.refused_segments.map(({ column }) => column)).toEqual(['user']);
    // Nobody declared it, so nobody misses it.
    expect(report.verdict.reasons.join()).not.toContain('user');
  });
});

describe('what is personal', () => {
  it('is stored where capture says so: of all rows, or of those the versions disagree on', async () => {
    for (let i = 0; i < 40; i++) {
      await send('curious', inferBody([featuresOf(i)], { id: `r${i}` }));
      await send('puzzled', inferBody([featuresOf(i)], { id: `r${i}` }));
    }
    const all = await comparisons('curious');
    expect(all).toHaveLength(40);
    for (const row of all) {
      const x = featuresOf(Number(String(row.request_id).slice(1)));
      expect(JSON.parse(String(row.features))).toEqual({ x });
      expect(row.input_hash).toMatch(/^[0-9a-f]{16}$/);
    }
    const some = await comparisons('puzzled');
    const stored = some.filter((row) => row.features !== null);
    expect(stored.map((row) => row.request_id)).toEqual(
      some.filter((row) => row.agree === false).map((row) => row.request_id),
    );
    expect(stored.length).toBeGreaterThan(0);
    expect(stored.length).toBeLessThan(some.length);
  });

  it('is in neither the log nor the Parquet files otherwise, and an entity is there as a hash only', async () => {
    await using silent = await startTestServer({
      models: {
        ...pair('numbers'),
        'texts/7/model.onnx': namedScalars(),
        'texts/8/model.onnx': namedScalars(),
        'texts/deployment.yaml': everything,
      },
    });
    const yesterday = new Date(Date.now() - 86_400_000).toISOString();
    const numbers = { x: [secretNumber, 1, 2, 3] };
    const texts = { age: 40, balance: secretNumber, job: secretText };
    for (const [model, features] of Object.entries({ numbers, texts })) {
      for (const timestamp of [yesterday, undefined]) {
        const body = { features, entity: secretEntity, timestamp };
        expect((await silent.post(`/predict/${model}`, body)).status).toBe(200);
      }
    }
    for (const features of [
      { x: [secretNumber, secretText] },
      { age: secretText, balance: 1, job: secretNumber },
    ]) {
      for (const model of ['numbers', 'texts']) {
        expect((await silent.post(`/predict/${model}`, { features, entity: secretEntity })).status).toBe(400);
      }
    }
    await settled(silent);
    for (const [path, told] of await everyAnswer(silent, ['numbers', 'texts'])) {
      for (const secret of secrets) expect(told.includes(secret), `${secret} in ${path}`).toBe(false);
    }
    expect(silent.logged.length).toBeGreaterThan(0);
    for (const secret of secrets) expect(JSON.stringify(silent.logged)).not.toContain(secret.toString());
    const data = join(silent.directory, 'data');
    const walBeforeClosing = await readFile(join(data, 'log.duckdb.wal'));
    for (const secret of secrets) expect(walBeforeClosing.includes(secret), `${secret}`).toBe(false);
    await silent.server.close();
    await exportClosedHours(data);
    const files = filesUnder(data).filter((path) => /^log\.duckdb|\.parquet$/.test(path));
    expect(files.filter((path) => path.startsWith('lake/comparisons/'))).toHaveLength(2);
    for (const path of files) {
      const bytes = await readFile(join(data, path));
      for (const secret of secrets) expect(bytes.includes(secret), `${secret} in ${path}`).toBe(false);
    }
    // Compressed columns could hide a text from a search of the bytes: every value of every row, too.
    using log = await openLogFile(join(data, 'log.duckdb'));
    const rows = await log.query('SELECT entity_hash, to_json(c)::VARCHAR AS all_columns FROM comparisons c');
    expect(rows).toHaveLength(4);
    for (const row of rows) {
      expect(row.entity_hash).toMatch(/^[0-9a-f]{16}$/);
      for (const secret of secrets) expect(row.all_columns).not.toContain(secret.toString());
    }
  });

  it('would be found by that search: with capture it is there', async () => {
    await send('curious', inferBody([[secretNumber, 1, 2, 3]], { id: 'captured' }));
    await settled(server);
    // The write-ahead log is not compressed.
    const bytes = await readFile(join(server.directory, 'data', 'log.duckdb.wal'));
    expect(bytes.includes(String(secretNumber))).toBe(true);
    const answers = await everyAnswer(server, ['curious']);
    expect(answers.filter(([, told]) => told.includes(String(secretNumber))).map(([path]) => path)).toContain(
      '/v2/models/curious/comparisons?limit=1000',
    );
  });
});

/** Whatever the server tells of the traffic of the models, by path; all of it is there. */
async function everyAnswer({ get }: TestServer, models: readonly string[]): Promise<[string, Buffer][]> {
  const ofModel = ['report?format=json', 'report?format=markdown', 'report?format=html'];
  ofModel.push('comparisons?limit=1000', 'label-next?limit=1000', 'stats', 'config', 'audit');
  const paths = models.flatMap((model) => ofModel.map((path) => `/v2/models/${model}/${path}`));
  return Promise.all(
    [...paths, '/metrics'].map(async (path): Promise<[string, Buffer]> => {
      const { status, bytes } = await get(path);
      expect(status, path).toBe(200);
      return [path, bytes];
    }),
  );
}

async function exportClosedHours(directory: string): Promise<void> {
  const logger = { info() {}, warn() {}, error() {} };
  await using log = await openComparisonLog({ directory, instance: 'export', logger });
  await log.exportClosedHours();
}

function bytesOf(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}
