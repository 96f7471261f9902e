import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/analysis/report/report.ts';
import { askElsewhere } from '../log/open-test-log.ts';
import { mlp, slow, throwing } from '../support/onnx-models.ts';
import { understudy } from '../support/server-process.ts';
import { startTestServer } from '../support/test-server.ts';
import { featuresOf, inferBody, sendAll } from '../support/traffic.ts';

const deployment = [
  'primary: 7',
  'shadows: [{version: 8, sample: 100%}]',
  'interference_budget: off',
  'capture: all',
  'instance_group: {execution_provider: cpu}',
  'segments: {country: {}, size: {input: x, column: 0, bins: [0]}}',
].join('\n');
const models: Readonly<Record<string, Uint8Array | string>> = {
  'fraud/7/model.onnx': mlp({ seed: 1 }),
  'fraud/8/model.onnx': mlp({ seed: 2 }),
  'fraud/9/model.onnx': mlp({ seed: 3 }),
  'fraud/10/model.onnx': throwing({ seed: 2 }),
  'fraud/11/model.onnx': slow({ seed: 2, milliseconds: 20 }),
  'fraud/deployment.yaml': deployment,
};
const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const requests = 300;
const start = Date.UTC(2026, 2, 1, 12);

/** The same traffic in the words of `/predict`; every fifth is of two rows, every fourth lacks a label. */
const recorded = Array.from({ length: requests }, (_, i) => ({
  id: `r${i}`,
  entity: `u${i % 250}`,
  timestamp: new Date(start + i * 60_000).toISOString(),
  segments: { country: i % 3 === 0 ? 'FR' : 'DE' },
  features: i % 5 === 0 ? [{ x: featuresOf(i) }, { x: featuresOf(i + 1000) }] : { x: featuresOf(i) },
  ...(i % 4 === 0 ? {} : { label: i % 5 === 0 ? [i % 3, (i + 1) % 3] : i % 3 }),
}));

let directory: string;
/** Of a server that had this traffic. */
let served: Report;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'understudy-recorded-'));
  await using server = await startTestServer({ models, directory: join(directory, 'server') });
  await sendAll(requests, async (i) => {
    const { label, ...body } = recorded[i]!;
    await server.post('/predict/fraud', body);
    if (label !== undefined)
      await server.post('/v2/models/fraud/labels', { labels: [{ id: body.id, label }] });
  });
  served = await server.report('fraud');
  for (const [path, content] of Object.entries(models)) {
    await mkdir(dirname(join(directory, 'models', path)), { recursive: true });
    await writeFile(join(directory, 'models', path), content);
  }
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const file = (name: string): string => join(directory, name);

async function replay(...args: readonly string[]) {
  const ended = await understudy('replay', ...args, '--models', file('models'), '--json');
  return { ...ended, report: ended.stdout === '' ? null : (JSON.parse(ended.stdout) as Report) };
}

/** What does not depend on when and where it ran. */
function evidenceOf(report: Report | null) {
  const blockOf = ({ n, agreement, accuracy, errors }: Report['overall']) => ({
    n,
    agreement,
    accuracy,
    errors,
  });
  return {
    ...{ window: report?.window, flips: report?.flips, repeated: report?.rows_of_repeated_entities },
    traffic: { ...report?.traffic },
    overall: report && blockOf(report.overall),
    segments: report?.segments.map(({ segment, traffic_share, block, status }) => ({
      ...{ segment, traffic_share, status, block: blockOf(block) },
    })),
  };
}

describe('understudy replay', () => {
  it('plays JSON lines to two versions, and reports what a server with this traffic would', async () => {
    const lines = recorded.map((request) => JSON.stringify(request));
    await writeFile(file('requests.jsonl'), lines.join('\n'));
    const { status, stderr, report } = await replay(file('requests.jsonl'));
    expect(stderr).toMatch(
      /^300 requests with 360 rows played in [\d.]+ s, [\d,]+ rows per second; 270 labels\.\n$/,
    );
    expect(status).toBe(0);
    expect(evidenceOf(report)).toEqual(evidenceOf(served));
    expect(served.overall.accuracy?.gains).toBeGreaterThan(5);
    expect(report).toMatchObject({ primary: '7', shadow: '8', interference: { state: 'off' } });
  });

  it('takes bodies of the Open Inference Protocol, any two versions, and labels from a file of their own', async () => {
    const lines = [0, 1, 2, 3].map((i) =>
      inferBody([featuresOf(i)], { id: `r${i}`, parameters: { 'segment.country': 'DE' }, label: 1 }),
    );
    await writeFile(file('infer.ndjson'), lines.join('\n'));
    await writeFile(file('truth.csv'), 'id,label\nr0,2\n');
    const versions = ['--primary', '9', '--shadow', '7', '--labels', file('truth.csv')];
    const { status, stderr, report } = await replay(file('infer.ndjson'), ...versions);
    expect(stderr).toContain('5 labels');
    expect({ status, n: report?.overall.n }).toEqual({ status: 0, n: 4 });
    expect(report).toMatchObject({ primary: '9', shadow: '7', overall: { accuracy: { labelled: 4 } } });
  });

  it('names broken lines by their number, plays the others, and says so by its status', async () => {
    const lines = [
      JSON.stringify(recorded[1]),
      '{"id":"r2","features":{"x":[1,2,3]}}',
      '{"features":',
      '',
      '{"id":"r3","features":{"x":[1,2,3,4]},"label":{}}',
      '{"id":"r4","features":{"x":[1,2,3,4]},"colour":"red"}',
      '{"features":{"x":[1,2,3,4]}}',
    ];
    await writeFile(file('mixed.jsonl'), lines.join('\n'));
    const { status, stderr, report } = await replay(file('mixed.jsonl'), '--data', file('mixed'));
    expect(status).toBe(1);
    expect(report?.overall.n).toBe(2);
    expect(stderr.trimEnd().split('\n').toSorted()).toEqual([
      expect.stringMatching(/^2 requests with 2 rows played .*; 1 label; 4 lines could not be played\.$/),
      expect.stringMatching(/^Line 2 of mixed\.jsonl: .*"x".*3/),
      expect.stringMatching(/^Line 3 of mixed\.jsonl: the line is not valid JSON: .* byte 12/),
      expect.stringMatching(/^Line 5 of mixed\.jsonl: the line has an object as label/),
      expect.stringMatching(/^Line 6 of mixed\.jsonl: the line has a key "colour" that is not known/),
    ]);
    const strict = await replay(file('mixed.jsonl'), '--strict');
    expect(strict).toMatchObject({ status: 1, stdout: '' });
    expect(strict.stderr).toMatch(/^Line \d of mixed\.jsonl: /);
    expect((await readdir(file('mixed'))).sort()).toEqual(['lake', 'log.duckdb']);
  });

  it('keeps its log where it is told, for a report without a server, and never adds to one', async () => {
    const kept = ['--data', file('kept')];
    const { report } = await replay(file('requests.jsonl'), ...kept);
    const read = await understudy('report', '--log', file('kept'), '--json');
    expect(read).toMatchObject({ status: 0, stderr: '' });
    expect(evidenceOf(JSON.parse(read.stdout))).toEqual(evidenceOf(report));
    const again = await replay(file('requests.jsonl'), ...kept);
    expect(again).toMatchObject({ status: 1, stdout: '' });
    expect(again.stderr).toMatch(
      /kept holds a log already \(log\.duckdb\), whose rows the report would count, too/,
    );
  });

  it('plays a Parquet file, a column for each thing', async () => {
    const single = recorded.filter(({ features }) => !Array.isArray(features));
    await writeFile(file('single.jsonl'), single.map((request) => JSON.stringify(request)).join('\n'));
    await askElsewhere(
      `COPY (SELECT id, entity, timestamp::TIMESTAMPTZ AS ts, label::INTEGER AS label, segments.country AS seg_country,
         features.x AS x, 'nobody asks' AS remark FROM read_json('${file('single.jsonl')}', columns = {id: 'VARCHAR',
         entity: 'VARCHAR', timestamp: 'VARCHAR', label: 'BIGINT', segments: 'STRUCT(country VARCHAR)',
         features: 'STRUCT(x FLOAT[])'})) TO '${file('requests.parquet')}' (FORMAT parquet)`,
    );
    const [lines, parquet] = [await replay(file('single.jsonl')), await replay(file('requests.parquet'))];
    expect(parquet.stderr).toContain('240 requests with 240 rows');
    expect(evidenceOf(parquet.report)).toEqual(evidenceOf(lines.report));
    expect(parquet.status).toBe(0);
  });

  it.each([
    ['10', 'that fails on every row', 1500],
    ['11', 'that is far slower than its primary', 0],
  ])('drops nothing for a shadow %s %s', async (shadow, _, errors) => {
    const lines = Array.from({ length: 1500 }, (_, i) => JSON.stringify({ features: { x: featuresOf(i) } }));
    await writeFile(file('many.jsonl'), lines.join('\n'));
    const { status, stderr, report } = await replay(file('many.jsonl'), '--shadow', shadow);
    expect(stderr).toMatch(/^1,500 requests with 1,500 rows played in [^;]+\.$/m);
    expect(report?.traffic).toMatchObject({
      ...{ requests: 1500, sampled: 1500, compared: 1500, errors: { primary: 0, shadow: errors } },
      dropped: { queue_full: 0, deadline: 0, stalled: 0, breaker: 0, budget: 0 },
    });
    expect(status).toBe(0);
  });

  it('leaves nothing behind when it is told to end', async () => {
    const temporary = file('temporary');
    await mkdir(temporary);
    const lines = Array.from({ length: 4000 }, (_, i) => JSON.stringify({ features: { x: featuresOf(i) } }));
    await writeFile(file('long.jsonl'), ['{', ...lines].join('\n'));
    const args = ['replay', file('long.jsonl'), '--models', file('models'), '--shadow', '11'];
    const child = spawn(process.execPath, [main, ...args], {
      ...{ stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, TMPDIR: temporary } },
    });
    const closed = once(child, 'close');
    // It says what is wrong with the first line once it plays.
    await once(child.stderr!, 'data');
    const ours = async () => (await readdir(temporary)).filter((name) => name.startsWith('understudy-'));
    expect(await ours()).toHaveLength(1);
    child.kill('SIGINT');
    expect(await closed).toEqual([null, 'SIGINT']);
    expect(await ours()).toEqual([]);
  });

  it('names the row of a Parquet file that is not usable', async () => {
    await askElsewhere(
      `COPY (FROM (VALUES ('a', [1.0, 2, 3, 4]), ('b', [1.0, NULL, 3, 4]), (repeat('c', 300), [1.0, 2, 3, 4])) AS t(id, features))
       TO '${file('bad.parquet')}' (FORMAT parquet)`,
    );
    const { status, stderr, report } = await replay(file('bad.parquet'));
    expect(stderr).toMatch(/^Row 2 of bad\.parquet: .*null/m);
    expect(stderr).toMatch(/^Row 3 of bad\.parquet: The request id has 300 characters/m);
    expect({ status, n: report?.overall.n }).toEqual({ status: 1, n: 1 });
  });

  it('plays what a server has captured through a version that it never knew', async () => {
    const { status, stderr, report } = await replay(file('server/data'), '--primary', '7', '--shadow', '9');
    expect(stderr).toMatch(/^300 requests with 360 rows played .*; 270 labels\.\n$/);
    expect(status).toBe(0);
    const fromLines = await replay(file('requests.jsonl'), '--shadow', '9');
    expect(evidenceOf(report)).toEqual(evidenceOf(fromLines.report));
  });

  it.each([
    [['nowhere.jsonl'], /^.*nowhere\.jsonl cannot be read: ENOENT/],
    [['models'], /^there is no log in .*models/],
    [['models/fraud/7/model.onnx'], /^the form of .*model\.onnx is not known from its name/],
  ])('%j: refuses with a sentence and status 1', async ([path = '', ...args], sentence) => {
    const { status, stdout, stderr } = await replay(file(path), ...args);
    expect(stderr).toMatch(sentence);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  });
});
