import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/analysis/report/report.ts';
import { openComparisonLog } from '../../src/log/open-comparison-log.ts';
import { mlp } from '../support/onnx-models.ts';
import { type Ended, understudy } from '../support/server-process.ts';
import { startTestServer } from '../support/test-server.ts';
import { featuresOf, sendAll } from '../support/traffic.ts';

const deployment = [
  'primary: 7',
  'shadows: [{version: 8, sample: 100%}, {version: 9, sample: 50%}]',
  'control: 100%',
  'interference_budget: off',
  'segments: {country: {}, channel: {}}',
  'readiness: {samples_per_segment: 40, margin: 0.02}',
].join('\n');
const models = {
  'fraud/7/model.onnx': mlp({ seed: 1 }),
  'fraud/8/model.onnx': mlp({ seed: 2 }),
  'fraud/9/model.onnx': mlp({ seed: 3 }),
  'fraud/deployment.yaml': deployment,
  'other/1/model.onnx': mlp({ seed: 4 }),
  'other/2/model.onnx': mlp({ seed: 5 }),
};

let directory: string;
/** By server, the report that it gave when it ran. */
const reports = new Map<string, Report>();
/** What `report --log` said while the server ran. */
let besideServer: Ended;

/** Runs a server that gets the requests from `first` on, every other one labelled. */
async function runServer(name: string, first: number, count: number): Promise<void> {
  await using server = await startTestServer({ models, directory: join(directory, name) });
  await sendAll(count, async (k) => {
    const i = first + k;
    const timestamp = new Date(Date.UTC(2026, 2, 1 + (i % 3), i % 24)).toISOString();
    const segments = { country: i % 3 === 0 ? 'FR' : 'DE', channel: 'web', campaign: `c${i % 2}` };
    const features = { x: featuresOf(i) };
    await server.post('/predict/fraud', { id: `r${i}`, entity: `u${i % 90}`, timestamp, segments, features });
    await server.post('/predict/other', { id: `r${i}`, timestamp, features });
    if (i % 2 === 0)
      await server.post('/v2/models/fraud/labels', { labels: [{ id: `r${i}`, label: i % 3 }] });
  });
  reports.set(name, await server.report('fraud', '?shadow=8'));
  if (name === 'a') besideServer = await report('--log', data('a'), ...of8);
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'understudy-stored-'));
  await runServer('a', 0, 120);
  await runServer('b', 120, 60);
  // As the server would have done an hour later.
  const logger = { info() {}, warn() {}, error() {} };
  await using log = await openComparisonLog({ directory: data('b'), instance: 'later', logger });
  await log.exportClosedHours();
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const data = (name: string): string => join(directory, name, 'data');
const yaml = (): string => join(directory, 'a/models/fraud/deployment.yaml');
const of8 = ['--model', 'fraud', '--shadow', '8'];
const report = (...args: readonly string[]) => understudy('report', ...args);

/** Without what depends on the moment, or on a server that runs. */
function lasting(object: Report) {
  const json = JSON.stringify(object).replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d\.\d{3}Z)?/g, 'some time');
  // The last digits of a sum depend on the order in which it was added up.
  const {
    overall,
    interference: _,
    lanes: __,
    sampling: ___,
    ...rest
  }: Report = JSON.parse(json, (_, value) =>
    typeof value === 'number' ? Number(value.toPrecision(9)) : value,
  );
  return { ...rest, overall: { ...overall, resources: null } };
}

describe('understudy report --log', () => {
  it('gives the report that the server gave, from hot rows and from Parquet', async () => {
    for (const name of ['a', 'b']) {
      const read = await report('--log', data(name), ...of8, '--deployment', yaml(), '--json');
      expect(read).toMatchObject({ status: 0, stderr: '' });
      const found: Report = JSON.parse(read.stdout);
      expect(lasting(found)).toEqual(lasting(reports.get(name)!));
      expect(found).toMatchObject({ lanes: [], interference: null, sampling: null });
    }
    expect(reports.get('a')!.overall.accuracy?.labelled).toBeGreaterThan(20);
    expect((await readdir(join(data('b'), 'lake'))).sort()).toContain('comparisons');
  });

  it('tells what the versions cost from the log of it', async () => {
    const read = await report('--log', data('a'), ...of8, '--json');
    const { resources }: Report['overall'] = JSON.parse(read.stdout).overall;
    const live = reports.get('a')!.overall.resources!;
    // The server went on to measure for a moment after its report.
    expect(resources?.shadow?.cpu_ms_per_row).toBeCloseTo(live.shadow!.cpu_ms_per_row!, 2);
    expect(resources?.primary?.rows_per_run).toBeCloseTo(live.primary!.rows_per_run!, 6);
    expect(resources?.control?.memory_bytes).toBeGreaterThan(0);
    expect(resources?.process?.cpu_seconds).toBeGreaterThan(0.1);
    expect(resources?.server_components?.map(({ component }) => component)).toContain('log');
  });

  it('cannot read what a running server holds, and says so', () => {
    expect(besideServer.stderr).toMatch(
      /log\.duckdb is held by the process \d+, a server most likely: .*; ask that server \(--url\), or stop it\nthe log holds no compared rows/,
    );
    expect(besideServer).toMatchObject({ status: 1, stdout: '' });
  });

  it('counts the logs of several servers as one, for people, too', async () => {
    const logs = ['--log', data('a'), '--log', data('b')];
    const both: Report = JSON.parse((await report(...logs, ...of8, '--json')).stdout);
    expect(both.traffic).toMatchObject({ requests: 180, compared: 180 });
    // 90 entities, each of them in both or twice in the first: only the first row of each counts.
    expect({ n: both.overall.n, repeated: both.rows_of_repeated_entities }).toEqual({ n: 90, repeated: 90 });
    const { status, stdout, stderr } = await report(...logs, ...of8);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('fraud  v7 → v8');
    expect(stdout).toContain('180 requests');
  });

  it('takes segments and targets from a deployment.yaml, and from options over it', async () => {
    const columnsOf = ({ segments }: Report) =>
      [...new Set(segments.map(({ segment }) => segment.column))].sort();
    const plain: Report = JSON.parse((await report('--log', data('a'), ...of8, '--json')).stdout);
    expect(columnsOf(plain)).toEqual(['campaign', 'channel', 'country']);
    expect(plain.readiness).toMatchObject({ margin: 0.01, samples: { target: 10_000 } });
    const options = ['--deployment', yaml(), '--margin', '0.05', '--cycle', '2d', '--label-maturity', '0s'];
    const asked: Report = JSON.parse((await report('--log', data('a'), ...of8, ...options, '--json')).stdout);
    expect(columnsOf(asked)).toEqual(['channel', 'country']);
    expect(asked.readiness).toMatchObject({
      ...{ margin: 0.05, samples: { target: 40 }, coverage: { cycle_days: 2 } },
    });
  });

  it('names a file that is damaged, goes on without it, and says so by its status', async () => {
    const folder = join(data('b'), 'lake/comparisons/model=fraud/dt=2026-03-01/hr=00');
    const damaged = join(folder, 'part-other-1.parquet');
    await writeFile(damaged, 'PAR1, or what is left of it');
    try {
      const read = await report('--log', data('b'), ...of8, '--json');
      expect(read.stderr).toMatch(/part-other-1\.parquet is left out: it is damaged/);
      expect(read.status).toBe(1);
      expect(JSON.parse(read.stdout).traffic.compared).toBe(60);
    } finally {
      await rm(damaged);
    }
  });

  it('refuses to report where a file is damaged inside, and names it', async () => {
    const folder = join(data('b'), 'lake/comparisons/model=fraud/dt=2026-03-01/hr=00');
    const [part = ''] = await readdir(folder);
    const sound = await readFile(join(folder, part));
    await writeFile(join(folder, part), Buffer.from(sound).fill(0x55, 4, 2000));
    try {
      const { status, stdout, stderr } = await report('--log', data('b'), ...of8);
      expect(stderr).toMatch(
        /^the log cannot be read: .*hr=00\/part-later-\d+\.parquet is damaged inside \(.+\); move it away/,
      );
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    } finally {
      await writeFile(join(folder, part), sound);
    }
  });

  it.each([
    [[], /^the log holds several models, say which with --model: fraud, other/],
    [[...of8, '--from', 'noon'], /^--from: The timestamp "noon" is not usable/],
    [[...of8, '--margin', 'much'], /^--margin: /],
  ])('%j: refuses with a sentence and status 1', async (args, sentence) => {
    const { status, stdout, stderr } = await report('--log', data('a'), ...args);
    expect(stderr).toMatch(sentence);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  });

  it.each([
    [['--margin', '0.1'], /option '--margin <share>' says how a log is read: give one with --log/],
    [
      ['--log', '.', '--url', 'http://127.0.0.1:1'],
      /option '--log <dir>' cannot be used with option '--url <url>'/,
    ],
  ])('%j: refuses what would be passed over, with status 2', async (args, sentence) => {
    const { status, stdout, stderr } = await report(...args);
    expect(stderr).toMatch(sentence);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });
});
