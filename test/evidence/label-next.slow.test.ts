import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabelNext } from '../../src/analysis/labels/label-next.ts';
import { mlp } from '../support/onnx-models.ts';
import { understudy } from '../support/server-process.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { featuresOf, inferBody, sendAll, settled } from '../support/traffic.ts';

const deployment =
  'primary: 7\nshadows: [{version: 8, sample: 100%}]\ninterference_budget: off\ncapture: disagreements\nreadiness: {label_maturity: 0s}\n';
const requests = 120;
/** Some ids are what a spreadsheet would make something else of. */
const idOf = (i: number): string => [`r${i}`, `000${i}`, `=${i}+1`, `'${i}`][i % 4]!;

let server: TestServer;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'understudy-worksheet-'));
  server = await startTestServer({
    models: {
      'fraud/7/model.onnx': mlp({ seed: 1 }),
      'fraud/8/model.onnx': mlp({ seed: 2 }),
      'fraud/deployment.yaml': deployment,
      'alone/7/model.onnx': mlp({ seed: 1 }),
    },
  });
  await sendAll(requests, (i) => {
    const timestamp = new Date(Date.UTC(2026, 2, 1, 12, i)).toISOString();
    const parameters = { timestamp, 'segment.country': i % 4 === 0 ? 'FR' : 'DE' };
    return server.post('/v2/models/fraud/infer', inferBody([featuresOf(i)], { id: idOf(i), parameters }));
  });
  await settled(server);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const ask = async (query = ''): Promise<LabelNext> =>
  (await server.get(`/v2/models/fraud/label-next${query}`)).json;
const label = (...args: readonly string[]) =>
  understudy('label', '--url', server.url, '--model', 'fraud', ...args);

describe('GET label-next', () => {
  it('lists the disagreements, with what was captured of them', async () => {
    const { json } = await server.get('/v2/models/fraud/comparisons?limit=1000&disagree=true');
    const disagreed: string[] = json.comparisons.map((row: { request_id: string }) => row.request_id);
    const next = await ask('?limit=1000');
    expect(disagreed.length).toBeGreaterThan(10);
    expect(next.unlabelled).toBe(disagreed.length);
    expect(next.rows.map(({ request_id }) => request_id).sort()).toEqual(disagreed.sort());
    for (const { features, segments } of next.rows) {
      expect(JSON.parse(features!).x).toHaveLength(4);
      expect(['DE', 'FR']).toContain(segments.country);
    }
    expect((await ask('?limit=3&shadow=8')).rows).toEqual(next.rows.slice(0, 3));
  });

  it.each([
    ['/v2/models/fraud/label-next?limit=0', 400, '"limit" is a whole number from 1 to 1000'],
    ['/v2/models/fraud/label-next?limit=1001', 400, '"limit" is a whole number from 1 to 1000'],
    [
      '/v2/models/fraud/label-next?from=now',
      400,
      'query parameter "from" is unknown; there are shadow, limit',
    ],
    ['/v2/models/fraud/label-next?shadow=9', 404, 'version 9 is no shadow of model fraud; its shadows are 8'],
    ['/v2/models/nobody/label-next', 404, 'no model is called "nobody"; there are alone, fraud'],
  ])('%s is told so in a sentence', async (path, status, sentence) => {
    const answer = await server.get(path);
    expect({ status: answer.status, json: answer.json }).toEqual({ status, json: { error: sentence } });
  });
});

describe('understudy label --next', () => {
  it('prints a table that fits, and the answer with --json', async () => {
    const { status, stdout, stderr } = await label('--next', '--limit', '5');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^Label next {2}fraud {2}v7 → v8: 5 of \d+ disagreements without a label/);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(110);
    const json: LabelNext = JSON.parse((await label('--next', '--limit', '5', '--json')).stdout);
    expect(json.rows).toEqual((await ask('?limit=5')).rows);
  });

  it.each(['csv', 'jsonl'])(
    'writes a worksheet (%s) that comes back when it is filled in',
    async (format) => {
      const before = await ask('?limit=8');
      const file = join(folder, `todo.${format}`);
      expect(await label('--next', '--limit', '8', '--output', file)).toEqual({
        ...{ status: 0, stdout: '', stderr: `Written to ${file}.\n` },
      });
      const worksheet = await readFile(file, 'utf8');
      // Nothing of what the versions said.
      expect(worksheet).not.toMatch(/confidence|primary/);

      expect(await label(file)).toEqual({
        status: 0,
        stdout: '0 labels kept, 8 not labelled yet\n',
        stderr: '',
      });
      let filled = 0;
      const some = worksheet
        .split('\n')
        .map((line) =>
          /("",|null)/.test(line) && filled++ < 5
            ? line.replace(/"",|null/, (empty) => (empty === 'null' ? '1' : '1,'))
            : line,
        )
        .join('\n');
      await writeFile(file, some);
      expect(await label(file, '--json')).toEqual({
        ...{ status: 0, stdout: '{"accepted":5,"refused":0,"unlabelled":3}\n', stderr: '' },
      });
      const after = await ask('?limit=1000');
      expect(after.unlabelled).toBe(before.unlabelled - 5);
      const left = new Set(after.rows.map(({ request_id }) => request_id));
      expect(before.rows.map(({ request_id }) => left.has(request_id))).toEqual([
        ...Array(5).fill(false),
        ...Array(3).fill(true),
      ]);
    },
  );

  it.each([
    [['--next', 'truth.csv'], '--next takes no file to read (truth.csv)'],
    [['truth.csv', '--limit', '5'], "option '--limit' is for --next only"],
    [['--next', '--limit', 'many'], "'many' is invalid. expected a whole number from 1 to 1000"],
    [['--next', '--format', 'xls'], "'xls' is invalid"],
    [['--next', '--format', 'csv', '--json'], "'--format <format>' cannot be used with option '--json'"],
  ])('%j is wrong use', async (args, sentence) => {
    const { status, stdout, stderr } = await label(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(sentence);
  });
});
