import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/analysis/report/report.ts';
import { closeAndOpenLog } from '../support/log-file.ts';
import { mlp } from '../support/onnx-models.ts';
import { readMetrics, total } from '../support/prometheus.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { inferBody, sendAll, settled } from '../support/traffic.ts';

const users = 50_000;
const rowsPerRequest = 1000;
const countries = ['DE', 'FR', 'PL'];
const sentence = /^segment user has more than 1,000 values, so it is refused: neither recorded nor judged;/;

let server: TestServer;
let report: Report;
let reportMs: number;

beforeAll(async () => {
  server = await startTestServer({
    models: {
      'fraud/7/model.onnx': mlp({ seed: 1 }),
      'fraud/8/model.onnx': mlp({ seed: 2 }),
      'fraud/deployment.yaml': `primary: 7
shadows: [{version: 8, sample: 100%}]
segments: {user: {input: x, column: 0}, country: {}}
interference_budget: off
`,
    },
  });
  await play(0, users / rowsPerRequest);
  report = await server.report('fraud');
  const start = performance.now();
  await server.get('/v2/models/fraud/report');
  reportMs = performance.now() - start;
}, 60_000);
afterAll(() => server[Symbol.asyncDispose]());

/** Every row has a user id of its own for its first feature. */
async function play(from: number, to: number): Promise<void> {
  await sendAll(
    to - from,
    async (k) => {
      const first = (from + k) * rowsPerRequest;
      const rows = Array.from({ length: rowsPerRequest }, (_, row) => [first + row, 1, 0, -1]);
      const parameters = { 'segment.country': countries[(from + k) % 3] };
      const answer = await server.post('/v2/models/fraud/infer', inferBody(rows, { parameters }));
      expect(answer.status).toBe(200);
    },
    2,
  );
}

describe('a user id that was declared as a segment', () => {
  it('is refused with a sentence: once in the log, in the report, and in a metric', async () => {
    const warnings = server.logged.filter(({ message }) => message.startsWith('segment user'));
    expect(warnings).toEqual([
      {
        level: 'warn',
        details: { model: 'fraud', column: 'user' },
        message: expect.stringMatching(sentence),
      },
    ]);
    expect(report.refused_segments).toEqual([{ column: 'user', sentence: expect.stringMatching(sentence) }]);
    expect(total(await readMetrics(server), 'shadow_refused_segments', { model: 'fraud' })).toBe(1);
  });

  it('leaves the report right, and fast, and the other segments their threshold', () => {
    expect(report.traffic).toMatchObject({ requests: users / rowsPerRequest, rows: users, compared: users });
    expect(report.overall.n).toBe(users);
    const shares = report.segments.map(({ segment, block, traffic_share }) => [
      ...[segment.column, segment.value, block.n / users, traffic_share],
    ]);
    expect(shares.sort()).toEqual([
      ['country', 'DE', 0.34, 0.34],
      ['country', 'FR', 0.34, 0.34],
      ['country', 'PL', 0.32, 0.32],
    ]);
    expect(report.segments[0]?.evidence.threshold).toBe(3 / 0.05);
    expect(reportMs).toBeLessThan(5000);
  });

  it('keeps the shadow from being promoted, since who declares a segment wants it judged', () => {
    expect(report.verdict.decision).toBe('keep_shadowing');
    expect(report.verdict.reasons.at(-1)).toMatch(
      /^What is declared cannot be judged: segment user has more than 1,000 values/,
    );
  });

  it('fills neither the comparisons nor the traffic with its values', async () => {
    await settled(server);
    using log = await closeAndOpenLog(server);
    const [row] = await log.query(
      `SELECT (SELECT count(DISTINCT seg_user)::INTEGER FROM comparisons) AS compared,
         (SELECT count(DISTINCT seg_user)::INTEGER FROM traffic) AS counted,
         (SELECT count(*)::INTEGER FROM traffic) AS counts, (SELECT sum(n_all)::INTEGER FROM traffic) AS all_rows`,
    );
    expect(row).toMatchObject({ compared: 1001, counted: 1001, all_rows: users });
    expect(row?.counts).toBeLessThan(1200);
  });

  it('is refused from the start after a restart, since the log knows of it', async () => {
    await using again = await startTestServer({ models: {}, directory: server.directory });
    for (
      let tries = 0;
      again.logged.every(({ message }) => !sentence.test(message)) && tries < 100;
      tries++
    ) {
      await setTimeout(50);
    }
    const { refused_segments: refused, segments } = await again.report('fraud');
    expect(refused.map(({ column }) => column)).toEqual(['user']);
    expect(segments).toHaveLength(3);
    expect(again.logged.filter(({ message }) => sentence.test(message))).toHaveLength(1);
  });
});
