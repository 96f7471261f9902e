import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mlp } from '../support/onnx-models.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { until } from '../support/until.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    models: {
      'fraud/7/model.onnx': mlp({ seed: 7 }),
      'fraud/config.pbtxt': `
        max_batch_size: 16
        dynamic_batching { preferred_batch_size: [ 8 ] max_queue_delay_microseconds: 100 }
        instance_group [ { count: 2 kind: KIND_CPU } ]
      `,
      'wrong/1/model.onnx': mlp({ seed: 1 }),
      'wrong/config.pbtxt': 'max_batch_size: many',
    },
    watchIntervalMs: 50,
  });
});
afterAll(() => server[Symbol.asyncDispose]());

const configOf = async (model: string) => (await server.get(`/v2/models/${model}/config`)).json;
const preferred =
  'says what is not supported here and counts for nothing: dynamic_batching.preferred_batch_size';

describe('a repository of Triton', () => {
  it('is served as its config.pbtxt says, and what is not supported is named', async () => {
    expect(await configOf('fraud')).toMatchObject({
      ...{ max_batch_size: 16, instance_group: [{ count: 2, kind: 'KIND_CPU' }] },
      dynamic_batching: { max_queue_delay_microseconds: 100 },
    });
    const { json } = await server.get('/v2/models/fraud/ready');
    expect(json).toMatchObject({ ready: true, remarks: [expect.stringContaining(preferred)] });
    const told = server.logged.filter(({ message }) => message.includes(preferred));
    expect(told).toMatchObject([{ level: 'warn', details: { model: 'fraud' } }]);
  });

  it('is not served where its config.pbtxt is wrong, with the sentence', async () => {
    const { json, status } = await server.get('/v2/models/wrong/ready');
    expect(status).toBe(503);
    expect(json.reason).toMatch(/config\.pbtxt: max_batch_size: expected a whole number$/);
  });

  it('follows a config.pbtxt that changes', async () => {
    const put = (model: string, text: string) =>
      writeFile(join(server.directory, 'models', model, 'config.pbtxt'), text);
    await put('fraud', 'max_batch_size: 32\n');
    await until(async () => (await configOf('fraud')).max_batch_size === 32);
    expect((await server.get('/v2/models/fraud/ready')).json).toEqual({ name: 'fraud', ready: true });
    await put('wrong', 'max_batch_size: 4\n');
    await until(async () => (await server.get('/v2/models/wrong/ready')).status === 200);
    await put('fraud', 'max_batch_size: {');
    await until(async () =>
      (await server.get('/v2/models/fraud/ready')).json.remarks?.[0]?.includes('config.pbtxt: line 1'),
    );
    expect((await configOf('fraud')).max_batch_size).toBe(32);
  });
});
