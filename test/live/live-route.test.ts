import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LiveStatus } from '../../src/live/live-status.ts';
import { openEventStream } from '../support/event-stream.ts';
import { mlp } from '../support/onnx-models.ts';
import { readMetrics, total } from '../support/prometheus.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { featuresOf, inferBody, sendAll, settled } from '../support/traffic.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    models: {
      'fraud/7/model.onnx': mlp({ seed: 7 }),
      'fraud/8/model.onnx': mlp({ seed: 8 }),
      'fraud/deployment.yaml':
        'primary: 7\nshadows: [{version: 8, sample: 100%}]\ninterference_budget: off\n',
      'alone/1/model.onnx': mlp({ seed: 1 }),
    },
  });
  await sendAll(40, (i) =>
    server.post('/v2/models/fraud/infer', inferBody([featuresOf(i)], { id: `r${i}` })),
  );
  await settled(server);
});
afterAll(() => server[Symbol.asyncDispose]());

const open = (path: string) => openEventStream(`${server.url}${path}`);

describe('GET live', () => {
  it('streams who answers, how things are, and the report and timeline that are given when asked for', async () => {
    await using stream = await open('/v2/models/fraud/live');
    expect(Object.fromEntries(stream.response.headers)).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    expect(await stream.next('hello')).toEqual({
      server: { name: 'understudy', version: expect.any(String) },
      started_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      poll_seconds: 1,
    });
    expect(stream.preamble).toBe('retry: 2000');
    const status: LiveStatus = await stream.next('status');
    expect(status).toMatchObject({ ready: true, shadow: '8', requests: 40, compared: 40 });
    expect(status).toMatchObject({ errors: { primary: 0, shadow: 0 }, dropped: { queue_full: 0 } });
    expect(status.roles).toMatchObject({
      primary: '7',
      shadows: [{ version: '8', sample: 1, paused: false, state: 'running', effective_sample: 1 }],
    });
    const { traffic, overall, verdict, window } = await server.report('fraud');
    expect(await stream.next('report')).toMatchObject({
      traffic,
      overall: { n: overall.n },
      verdict,
      window,
    });
    const { buckets, running_agreement } = (await server.get('/v2/models/fraud/timeline')).json;
    expect(await stream.next('timeline')).toMatchObject({ buckets, running_agreement });
  });

  it('gives a second who looks at the same what is there', async () => {
    await using first = await open('/v2/models/fraud/live?shadow=8');
    await first.next('report');
    await using second = await open('/v2/models/fraud/live?shadow=8');
    await second.next('report');
    expect(second.events.map(({ event }) => event).slice(0, 3)).toEqual(['hello', 'status', 'report']);
  });

  it('is counted among the metrics, with what its reports took', async () => {
    await using stream = await open('/v2/models/fraud/live?from=2026-01-01T00:00:00Z');
    await stream.next('report');
    const metrics = await readMetrics(server);
    expect(total(metrics, 'understudy_live_streams')).toBeGreaterThanOrEqual(1);
    expect(total(metrics, 'understudy_live_report_seconds_total')).toBeGreaterThan(0);
  });

  it('tells why there is no report, and goes on', async () => {
    await using stream = await open('/v2/models/alone/live');
    expect(await stream.next('problem')).toEqual({
      code: 'NO_SHADOW',
      error: expect.stringMatching(/^model alone has no shadow, so there is nothing to compare/),
    });
    expect(stream.events.map(({ event }) => event)).toContain('status');
  });

  it.each([
    ['/v2/models/nobody/live', 404, /nobody/],
    ['/v2/models/fraud/live?from=yesterday', 400, /"from"/],
    ['/v2/models/fraud/live?format=html', 400, /"format" is unknown/],
  ])('%s is refused before a stream begins', async (path, status, sentence) => {
    const answer = await server.get(path);
    expect(answer.status).toBe(status);
    expect(answer.json.error).toMatch(sentence);
  });

  it('has no HEAD, which would never end', async () => {
    const { status } = await fetch(`${server.url}/v2/models/fraud/live`, { method: 'HEAD' });
    expect(status).toBe(405);
  });
});
