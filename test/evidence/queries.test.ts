import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Timeline } from '../../src/analysis/timeline/timeline.ts';
import type { Row } from '../../src/log/comparison-log.ts';
import { mlp } from '../support/onnx-models.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { featuresOf, inferBody, sendAll, settled } from '../support/traffic.ts';

const everything = 'primary: 7\nshadows: [{version: 8, sample: 100%}]\ninterference_budget: off\n';
/** 120 requests, one a minute from here on. */
const start = Date.parse('2026-03-01T22:30:00Z');
const requests = 120;
const timeOf = (i: number): string => new Date(start + i * 60_000).toISOString();

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    models: {
      'fraud/7/model.onnx': mlp({ seed: 1 }),
      'fraud/8/model.onnx': mlp({ seed: 2 }),
      'fraud/deployment.yaml': everything,
      'alone/7/model.onnx': mlp({ seed: 1 }),
      'broken/7/model.onnx': mlp({ seed: 1 }),
      'broken/deployment.yaml': 'primary: 9\n',
    },
  });
  // Out of order, as late events come.
  await sendAll(requests, (at) => {
    const i = (at * 7) % requests;
    const extra = { id: `r${i}`, parameters: { timestamp: timeOf(i) } };
    return server.post('/v2/models/fraud/infer', inferBody([featuresOf(i)], extra));
  });
  await settled(server);
});
afterAll(() => server[Symbol.asyncDispose]());

describe('a report', () => {
  it('counts what was answered a moment ago, without waiting for the next tick', async () => {
    await using fresh = await startTestServer({
      models: { 'fraud/7/model.onnx': mlp(), 'fraud/8/model.onnx': mlp() },
    });
    for (let i = 0; i < 3; i++) await fresh.post('/v2/models/fraud/infer', inferBody([featuresOf(i)]));
    const { json } = await fresh.get('/v2/models/fraud/report');
    expect(json.traffic).toMatchObject({ requests: 3, rows: 3 });
  });
});

describe('the window of a report', () => {
  it('is that of the compared rows where none is asked for', async () => {
    const { window, traffic } = await server.report('fraud');
    expect(window).toEqual({ from: timeOf(0), to: timeOf(requests - 1) });
    expect(traffic).toMatchObject({ requests, rows: requests, compared: requests });
  });

  it('is that of its timeline, too', async () => {
    const { status, json } = await server.get(
      `/v2/models/fraud/timeline?from=${timeOf(40)}&to=${timeOf(70)}`,
    );
    expect(status).toBe(200);
    const { window, buckets, running_agreement, bucket_seconds } = json as Timeline;
    expect(window).toEqual({ from: timeOf(40), to: timeOf(70) });
    expect(bucket_seconds).toBe(60);
    expect(buckets.map(({ at, compared }) => `${at} ${compared}`)).toEqual(
      Array.from({ length: 30 }, (_, i) => `${timeOf(40 + i)} 1`),
    );
    const { overall } = await server.report('fraud', `?from=${timeOf(40)}&to=${timeOf(70)}`);
    expect(running_agreement.at(-1)).toMatchObject({ n: 30, estimate: overall.agreement?.estimate });
    expect((await server.get('/v2/models/fraud/timeline?limit=3')).json).toEqual({
      error: 'query parameter "limit" is unknown; there are shadow, from, to',
    });
    expect((await server.get('/v2/models/alone/timeline')).status).toBe(404);
  });

  it('begins with the first moment asked for and ends before the last', async () => {
    const { window, overall, traffic } = await server.report('fraud', `?from=${timeOf(40)}&to=${timeOf(70)}`);
    expect(window).toEqual({ from: timeOf(40), to: timeOf(70) });
    expect(overall.n).toBe(30);
    expect(traffic.compared).toBe(30);
    // Traffic is counted by the hour: all of 23:00 to 00:00 of which the window is a part.
    expect(traffic.rows).toBe(60);
  });

  it('may be open at either end, and the two parts make the whole', async () => {
    const middle = timeOf(33);
    const before = await server.report('fraud', `?to=${middle}`);
    const after = await server.report('fraud', `?from=${middle}`);
    expect([before.overall.n, after.overall.n]).toEqual([33, requests - 33]);
  });

  it('may hold nothing', async () => {
    const { overall, traffic } = await server.report('fraud', '?from=2027-01-01T00:00:00Z');
    expect([overall.n, traffic.rows, traffic.compared]).toEqual([0, 0, 0]);
  });

  it('may be given in any time zone', async () => {
    const local = encodeURIComponent('2026-03-02T00:30:00+01:00');
    const { overall } = await server.report('fraud', `?to=${local}`);
    expect(overall.n).toBe(60);
  });
});

describe('compared rows', () => {
  const comparisons = async (query = ''): Promise<Row[]> => {
    const answer = await server.get(`/v2/models/fraud/comparisons${query}`);
    expect(answer.status, answer.bytes.toString()).toBe(200);
    return answer.json.comparisons;
  };

  it('come newest first by the event’s time, 50 where no limit is given', async () => {
    const rows = await comparisons();
    expect(rows.map((row) => row.ts)).toEqual(Array.from({ length: 50 }, (_, i) => timeOf(requests - 1 - i)));
    expect(await comparisons('?limit=3')).toEqual(rows.slice(0, 3));
    expect(await comparisons('?limit=1000')).toHaveLength(requests);
  });

  it('may be those on which the versions disagree, or agree', async () => {
    const all = await comparisons('?limit=1000');
    const disagreed = await comparisons('?limit=1000&disagree=true');
    const agreed = await comparisons('?limit=1000&disagree=false');
    expect(disagreed).toEqual(all.filter((row) => row.p_label !== row.s_label));
    expect(agreed).toEqual(all.filter((row) => row.p_label === row.s_label));
    expect(Math.min(disagreed.length, agreed.length)).toBeGreaterThan(0);
    expect(await comparisons('?disagree=true&limit=1')).toEqual(disagreed.slice(0, 1));
  });

  it('name both sides, their timings and the sample they are from', async () => {
    const [row] = await comparisons('?limit=1&shadow=8');
    expect(row).toMatchObject({
      ...{
        model: 'fraud',
        primary_version: '7',
        shadow_version: '8',
        role: 'shadow',
        task: 'classification',
      },
      ...{ request_id: `r${requests - 1}`, row: 0, pi: 1, sample_salt: 'fraud', schema_version: 1 },
      ...{ p_status: 'ok', s_status: 'ok', p_error_code: null, s_error_code: null, entity_hash: null },
    });
    expect(row?.primary_sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(row?.shadow_sha256).not.toBe(row?.primary_sha256);
    for (const column of ['p_queue_us', 'p_compute_us', 's_queue_us', 's_compute_us']) {
      expect(row?.[column], column).toBeGreaterThan(0);
    }
    expect(row?.abs_diff).toBeCloseTo(Math.abs(Number(row?.p_confidence) - Number(row?.s_confidence)), 9);
    const probabilities: [number, number][] = JSON.parse(String(row?.p_probabilities));
    expect(probabilities.reduce((sum, [, share]) => sum + share, 0)).toBeCloseTo(1, 5);
    expect(String(probabilities[0]?.[0])).toBe(row?.p_label);
  });
});

describe('a query that cannot be answered', () => {
  const report = '/v2/models/fraud/report';
  const comparisons = '/v2/models/fraud/comparisons';

  it.each([
    [`${report}?shadow=9`, 404, 'version 9 is no shadow of model fraud; its shadows are 8'],
    [`${report}?shadow=7`, 404, 'version 7 is no shadow of model fraud; its shadows are 8'],
    [`${comparisons}?shadow=9`, 404, 'version 9 is no shadow of model fraud; its shadows are 8'],
    ['/v2/models/alone/report?shadow=8', 404, 'version 8 is no shadow of model alone; it has none'],
    [
      '/v2/models/alone/report',
      404,
      'model alone has no shadow, so there is nothing to compare; put a second version beside version 7',
    ],
    ['/v2/models/nobody/report', 404, 'no model is called "nobody"; there are alone, broken, fraud'],
    ['/v2/models/nobody/comparisons', 404, 'no model is called "nobody"; there are alone, broken, fraud'],
    [
      '/v2/models/broken/report',
      503,
      'model broken is not deployed: the deployment of broken names version 9, which is not in the repository; there are 7',
    ],
    [`${report}?form=2026`, 400, 'query parameter "form" is unknown; there are shadow, from, to, format'],
    [`${report}?shadow=8&shadow=8`, 400, 'query parameter "shadow" is given 2 times; give it once'],
    [`${report}?from=yesterday`, 400, /^"from": The timestamp "yesterday" .* such as 2026-11-23T15:11:00Z/],
    [`${report}?to=2026-02-30T00:00:00Z`, 400, /^"to": .*there is no such date/],
    [`${report}?to=2026-02-01T00:00:00+01:00`, 400, /^"to": .*; in a URL write "\+" as %2B$/],
    [
      `${report}?from=${timeOf(5)}&to=${timeOf(5)}`,
      400,
      '"from" is not before "to", so the window holds nothing',
    ],
    [`${comparisons}?limit=0`, 400, '"limit" is a whole number from 1 to 1000'],
    [`${comparisons}?limit=1001`, 400, '"limit" is a whole number from 1 to 1000'],
    [`${comparisons}?limit=ten`, 400, '"limit" is a whole number from 1 to 1000'],
    [`${comparisons}?limit=`, 400, '"limit" is a whole number from 1 to 1000'],
    [`${comparisons}?disagree=yes`, 400, '"disagree" is true or false'],
    [
      `${comparisons}?agree=true`,
      400,
      'query parameter "agree" is unknown; there are shadow, limit, disagree',
    ],
  ])('%s is told so in a sentence', async (path, status, sentence) => {
    const answer = await server.get(path);
    expect(answer.status).toBe(status);
    expect(answer.json).toEqual({
      error: typeof sentence === 'string' ? sentence : expect.stringMatching(sentence),
    });
  });
});
