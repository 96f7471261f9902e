import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mlp } from '../support/onnx-models.ts';
import { understudy } from '../support/server-process.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { featuresOf, inferBody, settled } from '../support/traffic.ts';

let server: TestServer;
let files: string;
beforeAll(async () => {
  files = await mkdtemp(join(tmpdir(), 'understudy-truth-'));
  server = await startTestServer({
    models: {
      'fraud/7/model.onnx': mlp({ seed: 1 }),
      'fraud/8/model.onnx': mlp({ seed: 2 }),
      'fraud/deployment.yaml': 'primary: 7\nshadows: [{version: 8, sample: 100%}]\n',
    },
  });
  for (let i = 0; i < 12; i++) {
    await server.post('/v2/models/fraud/infer', inferBody([featuresOf(i)], { id: `r${i}` }));
  }
  await settled(server);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(files, { recursive: true, force: true });
});

async function label(name: string, content: string | null, ...args: readonly string[]) {
  const path = join(files, name);
  if (content !== null) await writeFile(path, content);
  return understudy('label', path, '--url', server.url, ...args);
}

const labelled = async (): Promise<number> => (await server.report('fraud')).overall.accuracy?.labelled ?? 0;

describe('understudy label', () => {
  it('sends a file of JSON lines, and the report knows the truth', async () => {
    const lines = [0, 1, 2].map((i) => JSON.stringify({ id: `r${i}`, label: i }));
    expect(await label('good.jsonl', lines.join('\n'))).toEqual({
      ...{ status: 0, stdout: '3 labels kept\n', stderr: '' },
    });
    expect(await labelled()).toBe(3);
  });

  it('keeps the good lines of JSON, and says of each bad one where it is and what is wrong', async () => {
    const lines = [
      '{"id": "r3", "label": 1}',
      '{"id": "r4"}',
      'r5,1',
      '',
      '{"id": "r6", "label": 1, "timestamp": "2026-11-23"}',
      '{"id": "r7", "label": [1]}',
    ];
    const { status, stdout, stderr } = await label('mixed.jsonl', `${lines.join('\n')}\n`);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '2 labels kept, 3 lines refused\n' });
    expect(stderr.trimEnd().split('\n')).toEqual([
      'Line 2 of mixed.jsonl has no label.',
      expect.stringMatching(/^Line 3 of mixed\.jsonl: .*byte 0/),
      expect.stringMatching(/^Line 5 of mixed\.jsonl has a timestamp that is not usable: .*"2026-11-23"/),
    ]);
    expect(await labelled()).toBe(5);
  });

  it('does the same with CSV, and with --json prints the counts as an object', async () => {
    const lines = ['id,label,timestamp', 'r8,1,2026-11-23T15:11:00Z', 'r9', ',1,', 'r10,2,', 'r11,,'];
    const { status, stdout, stderr } = await label('mixed.csv', lines.join('\n'), '--json');
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toEqual({ accepted: 2, refused: 3, unlabelled: 0 });
    expect(stderr.trimEnd().split('\n')).toEqual([
      'Line 3 of mixed.csv has 1 value where the header has 3.',
      expect.stringMatching(/^Line 4 of mixed\.csv has no id/),
      'Line 6 of mixed.csv has no label.',
    ]);
    expect(await labelled()).toBe(7);
  });

  it('splits what is too much for one call, labels of rows counted each', async () => {
    const line = (i: number) => JSON.stringify({ id: `bulk ${i}`, label: Array(20).fill(i % 3) });
    const many = Array.from({ length: 1500 }, (_, i) => line(i)).join('\n');
    const { status, stdout, stderr } = await label('many.jsonl', many);
    expect(stderr).toBe('');
    expect({ status, stdout }).toEqual({ status: 0, stdout: '30000 labels kept\n' });
  });

  it.each([
    ['missing.jsonl', null, /^The file .*missing\.jsonl cannot be read: .*no such file/],
    ['truth.txt', 'r1 1', /truth\.txt is not known from its name; it must end in \.csv or \.jsonl/],
    ['header.csv', 'request;truth\nr1;1', /header\.csv has the columns .*; it must be id,label/],
    ['empty.csv', '', /empty\.csv is empty; its first line must be id,label/],
  ])('refuses %s with a sentence', async (name, content, sentence) => {
    const { status, stdout, stderr } = await label(name, content);
    expect(stderr).toMatch(sentence);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  });

  it('passes on what the server refuses', async () => {
    const { status, stderr } = await label('good.jsonl', null, '--model', 'froud');
    expect(stderr).toBe('the server answered 404: no model is called "froud"; there are fraud\n');
    expect(status).toBe(1);
  });
});
