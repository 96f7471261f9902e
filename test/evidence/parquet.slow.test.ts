import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/analysis/report/report.ts';
import { openComparisonLog } from '../../src/log/open-comparison-log.ts';
import { askElsewhere, filesUnder } from '../log/open-test-log.ts';
import { openLogFile } from '../support/log-file.ts';
import { linearRegression, mlp } from '../support/onnx-models.ts';
import { startTestServer } from '../support/test-server.ts';
import { featuresOf, inferBody, sendAll, settled } from '../support/traffic.ts';

const sampled = 'primary: 7\nshadows: [{version: 8, sample: 50%}]\ninterference_budget: off\n';
const models = {
  'fraud/7/model.onnx': mlp({ seed: 1 }),
  'fraud/8/model.onnx': mlp({ seed: 2 }),
  'fraud/deployment.yaml': `${sampled}control: 100%\n`,
  'house/7/model.onnx': linearRegression({ weights: [1, 2, 3, 4] }),
  'house/8/model.onnx': linearRegression({ weights: [1, 2, 3, 5] }),
  'house/deployment.yaml': sampled,
};
/** Three hours of two days, a request every 30 seconds. */
const start = Date.parse('2026-02-27T22:00:00Z');
const requests = 360;
const hours = ['dt=2026-02-27/hr=22', 'dt=2026-02-27/hr=23', 'dt=2026-02-28/hr=00'];

let directory: string;
let lake: string;
const before = new Map<string, Report>();
const after = new Map<string, Report>();

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'understudy-lake-'));
  lake = join(directory, 'data', 'lake');
  {
    await using server = await startTestServer({ models, directory });
    await sendAll(requests, async (i) => {
      const parameters = {
        'segment.country': i % 3 === 0 ? 'FR' : 'DE',
        timestamp: new Date(start + i * 30_000).toISOString(),
      };
      for (const model of ['fraud', 'house']) {
        const body = inferBody([featuresOf(i)], { id: `r${i}`, parameters });
        expect((await server.post(`/v2/models/${model}/infer`, body)).status).toBe(200);
      }
    });
    const labels = Array.from({ length: 100 }, (_, i) => ({ id: `r${i}`, label: i % 3 }));
    expect((await server.post('/v2/models/fraud/labels', { labels })).status).toBe(200);
    await settled(server);
    for (const model of ['fraud', 'house']) before.set(model, await server.report(model));
  }
  const logger = { info() {}, warn() {}, error() {} };
  {
    await using log = await openComparisonLog({
      directory: join(directory, 'data'),
      instance: 'export',
      logger,
      // Labels are filed under the hour in which they came: let that hour be over.
      now: () => Date.now() + 3 * 3_600_000,
    });
    await log.exportClosedHours();
  }
  await using server = await startTestServer({ models: {}, directory });
  for (const model of ['fraud', 'house']) after.set(model, await server.report(model));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const parquet = (kind: string): string =>
  `read_parquet('${lake}/${kind}/*/*/*/*.parquet', hive_partitioning = true, union_by_name = true)`;

describe('the lake', () => {
  it('has one file for each closed hour of each model, in a tree that hive readers know', () => {
    const expected = ['fraud', 'house'].flatMap((model) => hours.map((hour) => `model=${model}/${hour}`));
    for (const kind of ['comparisons', 'traffic']) {
      const files = filesUnder(join(lake, kind));
      expect(files.map((path) => path.split('/').slice(0, 3).join('/'))).toEqual(expected);
      for (const file of files) expect(file).toMatch(/\/part-export-\d+\.parquet$/);
    }
    const labels = filesUnder(join(lake, 'labels'));
    expect(labels.length).toBeGreaterThan(0);
    for (const file of labels) {
      expect(file).toMatch(/^model=fraud\/dt=\d{4}-\d\d-\d\d\/hr=\d\d\/part-export-\d+\.parquet$/);
    }
  });

  it('gives a plain DuckDB the counts that the report gave', async () => {
    for (const model of ['fraud', 'house']) {
      const { traffic, overall } = before.get(model)!;
      const [counted] = await askElsewhere(
        `SELECT count(*) FILTER (role = 'shadow')::INTEGER AS compared,
           count(*) FILTER (role = 'control')::INTEGER AS controls,
           count(*) FILTER (role = 'shadow' AND agree)::INTEGER AS agreed
         FROM ${parquet('comparisons')} WHERE model = '${model}'`,
      );
      expect(counted).toEqual({
        compared: traffic.compared,
        controls: model === 'fraud' ? requests : 0,
        agreed: Math.round(overall.agreement!.estimate * overall.n),
      });
      const sums = await askElsewhere(
        `SELECT sum(n_requests)::INTEGER AS requests, sum(n_all)::INTEGER AS all_rows, sum(n_sampled)::INTEGER AS sampled
         FROM ${parquet('traffic')} WHERE model = '${model}' AND role = 'shadow'`,
      );
      expect(sums).toEqual([{ requests, all_rows: requests, sampled: traffic.sampled }]);
    }
    const [labels] = await askElsewhere(`SELECT count(*)::INTEGER AS n FROM ${parquet('labels')}`);
    expect(labels).toEqual({ n: 100 });
  });

  it('is pruned by its partitions, which hold the rows of their hour and segment', async () => {
    const rows = await askElsewhere(
      `SELECT model, dt::VARCHAR AS dt, hr::VARCHAR AS hr, seg_country, sum(n_all)::INTEGER AS n FROM ${parquet('traffic')}
       WHERE role = 'shadow' AND model = 'fraud' GROUP BY ALL ORDER BY ALL`,
    );
    const days = [
      ['2026-02-27', '22'],
      ['2026-02-27', '23'],
      ['2026-02-28', '00'],
    ] as const;
    expect(rows).toEqual(
      days.flatMap(([dt, hr]) => [
        { model: 'fraud', dt, hr, seg_country: 'DE', n: 80 },
        { model: 'fraud', dt, hr, seg_country: 'FR', n: 40 },
      ]),
    );
    expect(
      await askElsewhere(
        `SELECT count(*)::INTEGER AS strays FROM ${parquet('comparisons')}
         WHERE strftime(ts, '%Y-%m-%d %H') <> dt::VARCHAR || ' ' || hr::VARCHAR`,
      ),
    ).toEqual([{ strays: 0 }]);
  });

  it('has the columns of the record in plain types', async () => {
    const columnsOf = async (kind: string) =>
      Object.fromEntries(
        (await askElsewhere(`DESCRIBE FROM ${parquet(kind)}`)).map((row) => [
          row.column_name,
          row.column_type,
        ]),
      );
    const side = (prefix: 'p' | 's') =>
      Object.fromEntries(
        Object.entries({
          ...{
            status: 'VARCHAR',
            error_code: 'VARCHAR',
            label: 'VARCHAR',
            value: 'DOUBLE',
            confidence: 'DOUBLE',
          },
          ...{ probabilities: 'VARCHAR', queue_us: 'DOUBLE', compute_us: 'DOUBLE', cpu_us: 'DOUBLE' },
        }).map(([name, type]) => [`${prefix}_${name}`, type]),
      );
    expect(await columnsOf('comparisons')).toMatchObject({
      ...{ schema_version: 'INTEGER', event_id: 'VARCHAR', request_id: 'VARCHAR', entity_hash: 'VARCHAR' },
      ...{ ts: 'TIMESTAMP', model: 'VARCHAR', primary_version: 'VARCHAR', shadow_version: 'VARCHAR' },
      ...{ role: 'VARCHAR', primary_sha256: 'VARCHAR', shadow_sha256: 'VARCHAR', pi: 'DOUBLE' },
      ...{ sample_salt: 'VARCHAR', task: 'VARCHAR', agree: 'BOOLEAN', abs_diff: 'DOUBLE', cosine: 'DOUBLE' },
      ...{ seg_country: 'VARCHAR', input_hash: 'VARCHAR', features: 'VARCHAR', row: 'INTEGER' },
      ...side('p'),
      ...side('s'),
    });
    expect(await columnsOf('labels')).toMatchObject({
      ...{ request_id: 'VARCHAR', label: 'VARCHAR', value: 'DOUBLE', label_ts: 'TIMESTAMP' },
      ...{ source: 'VARCHAR', seq: 'BIGINT' },
    });
    expect(await columnsOf('traffic')).toMatchObject({
      ...{ hour: 'TIMESTAMP', seg_country: 'VARCHAR', n_all: 'BIGINT', n_sampled: 'BIGINT' },
      ...{ n_dropped_queue_full: 'BIGINT', n_dropped_stalled: 'BIGINT' },
    });
    for (const kind of ['comparisons', 'labels', 'traffic']) {
      for (const type of Object.values(await columnsOf(kind))) {
        expect(['VARCHAR', 'DOUBLE', 'INTEGER', 'BIGINT', 'BOOLEAN', 'TIMESTAMP', 'DATE']).toContain(type);
      }
    }
  });

  it('is read by the report as the hot rows were, though these are gone', () => {
    for (const model of ['fraud', 'house']) {
      const { generated_at: _, overall, segments, ...rest } = after.get(model)!;
      expect(rest).toMatchObject({
        traffic: before.get(model)!.traffic,
        window: before.get(model)!.window,
        flips: before.get(model)!.flips,
      });
      expect(overall.agreement).toEqual(before.get(model)!.overall.agreement);
      expect(overall.accuracy).toEqual(before.get(model)!.overall.accuracy);
      expect(segments.map(({ segment, traffic_share }) => [segment, traffic_share])).toEqual(
        before.get(model)!.segments.map(({ segment, traffic_share }) => [segment, traffic_share]),
      );
    }
    expect(before.get('fraud')!.overall.accuracy?.labelled).toBeGreaterThan(20);
  });

  it('leaves no hot row of those hours behind', async () => {
    using log = await openLogFile(join(directory, 'data', 'log.duckdb'));
    const tables = await log.query(
      'SELECT table_name AS name, estimated_size::INTEGER AS n FROM duckdb_tables()',
    );
    // What models cost belongs to the hour of the clock, which goes on.
    const hours = ['hot_comparisons', 'hot_labels', 'hot_traffic'];
    expect(tables.filter(({ name }) => hours.includes(String(name))).map(({ n }) => n)).toEqual([0, 0, 0]);
  });
});
