import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/analysis/report/report.ts';
import type { LiveStatus } from '../../src/live/live-status.ts';
import { openEventStream } from '../support/event-stream.ts';
import { mlp } from '../support/onnx-models.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { featuresOf, inferBody, sendAll } from '../support/traffic.ts';

/** Slow since reports follow changes with pauses between them. */
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    models: {
      'fraud/7/model.onnx': mlp({ seed: 7 }),
      'fraud/8/model.onnx': mlp({ seed: 8 }),
      'fraud/deployment.yaml':
        'primary: 7\nshadows: [{version: 8, sample: 100%}]\ninterference_budget: off\nreadiness: {label_maturity: 0s}\n',
    },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

const open = (path: string) => openEventStream(`${server.url}${path}`);

describe('a live stream', () => {
  it('shows what was compared and labelled since', async () => {
    await using stream = await open('/v2/models/fraud/live');
    expect((await stream.next('report')).traffic.compared).toBe(0);
    await sendAll(40, (i) =>
      server.post('/v2/models/fraud/infer', inferBody([featuresOf(i)], { id: `r${i}` })),
    );
    await stream.next('status', ({ requests, compared }: LiveStatus) => requests === 40 && compared === 40);
    await stream.next('report', ({ traffic }: Report) => traffic.compared === 40);
    const timeline = await stream.next('timeline');
    expect(timeline.running_agreement.at(-1).n).toBe(40);
    const labels = Array.from({ length: 30 }, (_, i) => ({ id: `r${i}`, label: 1 }));
    await server.post('/v2/models/fraud/labels', { labels });
    await stream.next('report', ({ overall }: Report) => overall.accuracy?.labelled === 30);
  });

  it('follows a promotion: the new roles, and the report of the new first shadow', async () => {
    await using stream = await open('/v2/models/fraud/live');
    await using of8 = await open('/v2/models/fraud/live?shadow=8');
    await stream.next('report');
    await of8.next('report');
    expect((await server.post('/v2/models/fraud/promote', {})).status).toBe(200);
    const status: LiveStatus = await stream.next('status', ({ roles }: LiveStatus) => roles.primary === '8');
    expect(status.roles).toMatchObject({ rollback_to: '7', shadows: [{ version: '7' }] });
    await stream.next('report', ({ primary, shadow }: Report) => primary === '8' && shadow === '7');
    expect(await of8.next('problem')).toEqual({
      code: 'NO_SHADOW',
      error: 'version 8 is no shadow of model fraud; its shadows are 7',
    });
    expect((await server.post('/v2/models/fraud/rollback', {})).status).toBe(200);
    await of8.next('report', ({ primary, shadow }: Report) => primary === '7' && shadow === '8');
  });

  it('follows its model out of service and back', async () => {
    await using stream = await open('/v2/models/fraud/live');
    await stream.next('report');
    await server.post('/v2/repository/models/fraud/unload', {});
    expect((await stream.next('problem')).code).toBe('MODEL_NOT_READY');
    await server.post('/v2/repository/models/fraud/load', {});
    await stream.next('status', ({ ready }: LiveStatus) => ready);
    await stream.next('report');
  });

  it('ends with its server, and does not keep it from closing', async () => {
    await using stream = await open('/v2/models/fraud/live');
    await stream.next('hello');
    await server.server.close();
    await stream.ended;
  });
});
