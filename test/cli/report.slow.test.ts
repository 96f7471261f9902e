import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/analysis/report/report.ts';
import { mlp } from '../support/onnx-models.ts';
import { understudy } from '../support/server-process.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { featuresOf, inferBody, sendAll, settled } from '../support/traffic.ts';

const everything = 'primary: 7\nshadows: [{version: 8, sample: 100%}]\ninterference_budget: off\n';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    models: {
      'fraud/7/model.onnx': mlp({ seed: 1 }),
      'fraud/8/model.onnx': mlp({ seed: 2 }),
      'fraud/deployment.yaml': everything,
      'alone/7/model.onnx': mlp({ seed: 1 }),
    },
  });
  await sendAll(60, (i) => {
    const timestamp = new Date(Date.UTC(2026, 2, 1, 12, i)).toISOString();
    const parameters = { timestamp, 'segment.country': i % 2 === 0 ? 'DE' : 'FR' };
    return server.post('/v2/models/fraud/infer', inferBody([featuresOf(i)], { id: `r${i}`, parameters }));
  });
  await settled(server);
});
afterAll(() => server[Symbol.asyncDispose]());

const report = (...args: readonly string[]) => understudy('report', '--url', server.url, ...args);

/** Without what is of the moment: projected dates, and what the process uses now. */
function lasting(json: string) {
  const { overall, ...rest }: Report = JSON.parse(
    json.replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d\.\d{3}Z)?/g, 'some time'),
  );
  const { resources, ...block } = overall;
  // What it has cost grows by the asking.
  return { ...rest, overall: { ...block, resources: Object.keys(resources ?? {}) } };
}

describe('understudy report', () => {
  it('prints the verdict first and names who is compared, without colours where nobody looks', async () => {
    const { status, stdout, stderr } = await report('--model', 'fraud');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.trimStart().startsWith('KEEP SHADOWING')).toBe(true);
    for (const text of ['fraud', 'v7', 'v8', 'country', 'DE', 'FR', '60']) expect(stdout).toContain(text);
    expect(stdout).not.toContain('\u001b');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(110);
  });

  it('prints with --json the object that the server gives', async () => {
    const { status, stdout } = await report('--model', 'fraud', '--json');
    expect(status).toBe(0);
    const direct = await server.get('/v2/models/fraud/report');
    expect(lasting(stdout)).toEqual(lasting(direct.bytes.toString()));
  });

  it('takes the shadow and the window that are asked for', async () => {
    const window = ['--from', '2026-03-01T13:10:00+01:00', '--to', '2026-03-01T12:30:00Z'];
    const { stdout } = await report('--model', 'fraud', '--shadow', '8', ...window, '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      shadow: '8',
      window: { from: '2026-03-01T12:10:00.000Z', to: '2026-03-01T12:30:00.000Z' },
      overall: { n: 20 },
    });
  });

  it.each([
    [[], 'say which model with --model: alone, fraud'],
    [['--model', 'froud'], 'the server answered 404: no model is called "froud"; there are alone, fraud'],
    [['--model', 'alone'], 'the server answered 404: model alone has no shadow'],
    [['--model', 'fraud', '--shadow', '9'], 'the server answered 404: version 9 is no shadow of model fraud'],
    [['--model', 'fraud', '--from', 'noon'], 'the server answered 400: "from": The timestamp "noon"'],
  ])('%j: passes the sentence on, with status 1', async (args, sentence) => {
    const { status, stdout, stderr } = await report(...args);
    expect(stderr).toContain(sentence);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  });
});
