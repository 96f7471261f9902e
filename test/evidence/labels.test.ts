import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestLog, temporaryDirectory } from '../log/open-test-log.ts';
import { closeAndOpenLog } from '../support/log-file.ts';
import { mlp } from '../support/onnx-models.ts';
import { startServerProcess } from '../support/server-process.ts';
import { type Answer, startTestServer, type TestServer } from '../support/test-server.ts';
import { featuresOf } from '../support/traffic.ts';

const everything = 'primary: 7\nshadows: [{version: 8, sample: 100%}]\ninterference_budget: off\n';
const pair = (name: string) => ({
  [`${name}/7/model.onnx`]: mlp({ seed: 1 }),
  [`${name}/8/model.onnx`]: mlp({ seed: 2 }),
  [`${name}/deployment.yaml`]: everything,
});

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ models: { ...pair('fraud'), ...pair('rows') } });
});
afterAll(() => server[Symbol.asyncDispose]());

async function predicted(model: string, id: string, rows: readonly (readonly number[])[]): Promise<number[]> {
  const answer = await server.post(`/predict/${model}`, { id, features: rows.map((x) => ({ x })) });
  expect(answer.status, answer.bytes.toString()).toBe(200);
  return answer.json.predictions.map(({ label }: { label: number }) => label);
}

function label(model: string, labels: unknown): Promise<Answer> {
  return server.post(`/v2/models/${model}/labels`, { labels });
}

/** A class that is not this one. */
const other = (of: number): number => (of + 1) % 3;

describe('ground truth', () => {
  it('counts whether it comes before the request, after it or again, and then the latest counts', async () => {
    const [early, late, twice] = ['early', 'late', 'twice'];
    // What the primary will say is known: the same features were asked before under another name.
    const [first] = await predicted('fraud', 'rehearsal', [featuresOf(1)]);
    expect((await label('fraud', [{ id: early, label: first }])).json).toEqual({ accepted: 1 });
    await predicted('fraud', early, [featuresOf(1)]);
    expect((await server.report('fraud')).overall.accuracy).toMatchObject({ n: 2, labelled: 1, primary: 1 });

    const [second] = await predicted('fraud', late, [featuresOf(2)]);
    await label('fraud', [{ id: late, label: other(second!) }]);
    expect((await server.report('fraud')).overall.accuracy).toMatchObject({ labelled: 2, primary: 1 / 2 });

    const [third] = await predicted('fraud', twice, [featuresOf(3)]);
    await label('fraud', [{ id: twice, label: other(third!) }]);
    expect((await server.report('fraud')).overall.accuracy).toMatchObject({ labelled: 3, primary: 1 / 3 });
    await label('fraud', [{ id: twice, label: third, timestamp: '2020-01-01T00:00:00Z' }]);
    expect((await server.report('fraud')).overall.accuracy).toMatchObject({ labelled: 3, primary: 2 / 3 });
  });

  it('of a request of several rows is an array, or one label for each row that is named', async () => {
    const rows = [featuresOf(4), featuresOf(5), featuresOf(6)];
    const said = await predicted('rows', 'together', rows);
    expect((await label('rows', [{ id: 'together', label: said }])).json).toEqual({ accepted: 3 });
    expect((await server.report('rows')).overall.accuracy).toMatchObject({ labelled: 3, primary: 1 });
    await label('rows', [{ id: 'together', row: 1, label: other(said[1]!) }]);
    expect((await server.report('rows')).overall.accuracy).toMatchObject({ labelled: 3, primary: 2 / 3 });
  });

  it('of ids that nobody knows is kept, and counts for no row', async () => {
    const before = (await server.report('fraud')).overall.accuracy;
    const unknown = Array.from({ length: 50 }, (_, i) => ({ id: `nobody ${i}`, label: i % 2 === 0 }));
    expect((await label('fraud', unknown)).json).toEqual({ accepted: 50 });
    expect((await server.report('fraud')).overall.accuracy).toEqual(before);
  });

  it('may come 10,000 at a time and not one more', async () => {
    const many = Array.from({ length: 10_000 }, (_, i) => ({ id: `bulk ${i}`, label: 'x' }));
    expect((await label('fraud', many)).json).toEqual({ accepted: 10_000 });
    const more = await label('fraud', [...many, { id: 'one more', label: 'x' }]);
    expect(more.status).toBe(400);
    expect(more.json.error).toMatch(
      /brings 10001 labels; 10000 is the most for one call, so send them in several/,
    );
    const rows = await label('fraud', [
      { id: 'a', label: Array(6000).fill(0) },
      { id: 'b', label: Array(6000).fill(0) },
    ]);
    expect(rows.status).toBe(400);
  });

  it('of a model that is not there is refused by naming those there are', async () => {
    const answer = await label('froud', [{ id: 'a', label: 1 }]);
    expect(answer.status).toBe(404);
    expect(answer.json.error).toBe('no model is called "froud"; there are fraud, rows');
  });
});

describe('a bad label', () => {
  const good = { id: 'in bad company', label: 1 };
  const kinds: readonly (readonly [unknown, RegExp])[] = [
    [7, /labels\[1\] is a number; it must be an object/],
    [{ label: 1 }, /labels\[1\] has no id; give the id of the request/],
    [{ id: 7, label: 1 }, /labels\[1\] has a number as id; it must be a string/],
    [{ id: '', label: 1 }, /labels\[1\] has an id that is not usable: The request id is empty/],
    [{ id: 'x'.repeat(257), label: 1 }, /The request id has 257 characters; it must have 1 to 256/],
    [{ id: 'a' }, /labels\[1\] has no label/],
    [{ id: 'a', label: null }, /labels\[1\] has null as label; it must be a string, a number or a boolean/],
    [{ id: 'a', label: {} }, /labels\[1\] has an object as label/],
    [{ id: 'a', label: '' }, /labels\[1\] has the label ""; text must have 1 to 1024 characters/],
    [{ id: 'a', label: [] }, /labels\[1\] has an array of 0 labels/],
    [{ id: 'a', label: [1, [2]] }, /labels\[1\]\.label\[1\] has an array as label/],
    [{ id: 'a', label: 1, row: -1 }, /labels\[1\] has "-1" as row; it must be an integer from 0/],
    [{ id: 'a', label: 1, row: 1.5 }, /labels\[1\] has "1.5" as row/],
    [{ id: 'a', label: [1, 2], row: 1 }, /labels\[1\] gives a row and an array of labels/],
    [{ id: 'a', label: 1, timestamp: 'noon' }, /labels\[1\] has a timestamp that is not usable/],
    [{ id: 'a', label: 1, timestamp: 12 }, /labels\[1\] has a number as timestamp/],
    [{ id: 'a', label: 1, truth: 1 }, /labels\[1\] has the unknown key "truth"; allowed are id, label, row/],
  ];

  it.each(kinds)('%j is refused with a sentence', async (bad, sentence) => {
    const answer = await label('fraud', [good, bad]);
    expect(answer.status).toBe(400);
    expect(answer.json).toEqual({ error: expect.stringMatching(sentence) });
  });

  it.each([
    ['', /body/],
    ['{"labels": [', /byte/],
    ['[]', /must be \{"labels": \[/],
    ['{}', /has no array "labels"/],
    ['{"labels": {}}', /has no array "labels"/],
    ['{"labels": [], "model": "fraud"}', /unknown key "model"/],
  ])('in the body %s is refused with a sentence', async (body, sentence) => {
    const answer = await server.post('/v2/models/fraud/labels', body);
    expect(answer.status).toBe(400);
    expect(answer.json).toEqual({ error: expect.stringMatching(sentence) });
  });

  it('keeps the good ones of its body out, too; all others are in the log once the server is closed', async () => {
    using log = await closeAndOpenLog(server);
    expect(
      await log.query(`SELECT id FROM (SELECT request_id AS id FROM labels) WHERE id = '${good.id}'`),
    ).toEqual([]);
    expect(
      await log.query(
        `SELECT model, count(*) AS n, count(DISTINCT (request_id, "row")) AS rows FROM labels GROUP BY model ORDER BY model`,
      ),
    ).toEqual([
      { model: 'fraud', n: 4 + 50 + 10_000, rows: 3 + 50 + 10_000 },
      { model: 'rows', n: 4, rows: 3 },
    ]);
  });
});

describe('a label that was acknowledged', () => {
  it('is durable: the process may be killed right after the reply', async () => {
    using directory = temporaryDirectory();
    await mkdir(join(directory.path, 'models'));
    await writeFile(join(directory.path, 'models', 'fraud.v7.onnx'), mlp({ seed: 1 }));
    await using child = await startServerProcess(directory.path);
    let accepted = 0;
    const sending = (async () => {
      for (let call = 0; ; call++) {
        const labels = Array.from({ length: 10 }, (_, i) => ({ id: `${call}.${i}`, label: 1 }));
        const answer = await fetch(`${child.url}/v2/models/fraud/labels`, {
          method: 'POST',
          body: JSON.stringify({ labels }),
        });
        accepted += ((await answer.json()) as { accepted: number }).accepted;
        // The next call is on its way when the process is killed.
        if (call === 20) void child.kill();
      }
    })();
    await expect(sending).rejects.toThrow();
    expect(accepted).toBeGreaterThanOrEqual(210);
    await child.kill();
    await using opened = await openTestLog(join(directory.path, 'data'));
    const [row] = await opened.log.query('SELECT count(*) AS n FROM labels');
    expect(Number(row?.n)).toBeGreaterThanOrEqual(accepted);
    expect(Number(row?.n) % 10).toBe(0);
  });
});
