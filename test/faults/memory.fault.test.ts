import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../log/open-test-log.ts';
import { identity } from '../support/onnx-models.ts';
import { startServerProcess } from '../support/server-process.ts';
import { eventually, metric, shadowedFraud, writeModels } from './broken-server.ts';
import { Users } from './users.ts';

/** Texts that take many times their size as objects. */
const millions = 3_000_000;
const hugeBody = (): string => {
  const texts = Array.from({ length: millions }, (_, i) => `"text ${i}"`);
  return `{"inputs":[{"name":"x","datatype":"BYTES","shape":[${millions}],"data":[${texts.join(',')}]}]}`;
};
const smallBody = '{"inputs":[{"name":"x","datatype":"BYTES","shape":[1],"data":["a"]}]}';
const echo = identity('BYTES', [-1]);

const askEcho = ({ url }: { readonly url: string }, body: string): Promise<Response> =>
  fetch(`${url}/v2/models/echo/infer`, { method: 'POST', body });

describe('a body that exhausts the heap', () => {
  it('of a worker of the primary fails alone: the worker is replaced, and other users notice nothing', async () => {
    using directory = temporaryDirectory();
    writeModels(directory.path, { ...shadowedFraud, 'echo/1/model.onnx': echo });
    await using server = await startServerProcess(directory.path, {
      NODE_OPTIONS: '--max-old-space-size=64',
    });
    await using users = new Users(server);
    const failed = await askEcho(server, hugeBody());
    expect(failed.status).toBe(500);
    expect(await failed.json()).toEqual({ error: 'its worker ran out of heap memory' });
    await eventually(
      'its next worker answers',
      async () => (await askEcho(server, smallBody)).status === 200,
    );
    await users.stop();
    expect(users.answered).toBeGreaterThan(20);
    expect(users.troubled).toEqual([]);
    expect(await metric(server, 'understudy_lane_restarts_total', { model: 'echo' })).toBe(1);
    expect(server.logged()).toContain('a worker is replaced: its worker ran out of heap memory');
  });

  it('of a shadow in a process of its own harms the shadow alone, and is a drop or an error of the shadow', async () => {
    using directory = temporaryDirectory();
    writeModels(directory.path, {
      ...shadowedFraud,
      'echo/1/model.onnx': echo,
      'echo/2/model.onnx': echo,
      'echo/deployment.yaml':
        'primary: 1\nshadows: [{version: 2, sample: 100%, isolation: process, memory_limit: 300MiB}]\ninterference_budget: off\n',
    });
    await using server = await startServerProcess(directory.path);
    const isRunning = () =>
      metric(server, 'understudy_lane_state', { model: 'echo', role: 'shadow', state: 'running' });
    await eventually('its shadow runs', async () => (await isRunning()) === 1);
    await using users = new Users(server);
    const answered = await askEcho(server, hugeBody());
    expect(answered.status).toBe(200);
    await answered.arrayBuffer();
    const restarts = () =>
      metric(server, 'understudy_lane_restarts_total', { model: 'echo', role: 'shadow' });
    await eventually('the shadow is replaced', async () => (await restarts()) >= 1);
    await eventually('the shadow runs again', async () => (await isRunning()) === 1);
    await users.stop();
    expect(users.answered).toBeGreaterThan(20);
    expect(users.troubled).toEqual([]);
    // Either of two limits may be met first: that of its heap, or that of all its memory.
    expect(server.logged()).toMatch(/process of version 2 (was ended because it used|ended .*heap)/);
    expect(await metric(server, 'understudy_lane_restarts_total', { role: 'primary' })).toBe(0);
    const { status } = await server.stop();
    expect(status).toBe(0);
  });
});
