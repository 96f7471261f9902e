import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { type RunningServer, startServer } from '../../src/server.ts';
import { mlp, slow } from '../support/onnx-models.ts';

interface LoadingServer extends AsyncDisposable {
  readonly server: RunningServer;
  readonly errors: readonly string[];
  isReady(model: string): Promise<boolean>;
}

/** One whose model `endless` has a shadow each of whose runs, of which loading makes several, takes so long. */
async function startLoading(isolation: 'thread' | 'process', milliseconds: number): Promise<LoadingServer> {
  const directory = await mkdtemp(join(tmpdir(), 'understudy-loading-'));
  const shadowed = `primary: 7\nshadows: [{version: 8, isolation: ${isolation}}]\n`;
  const models = {
    'endless/7/model.onnx': mlp({ seed: 1 }),
    'endless/8/model.onnx': slow({ seed: 1, milliseconds }),
    'endless/deployment.yaml': shadowed,
    'fine/7/model.onnx': mlp({ seed: 1 }),
    'fine/8/model.onnx': mlp({ seed: 2 }),
    'fine/deployment.yaml': shadowed,
  };
  for (const [path, content] of Object.entries(models)) {
    await mkdir(dirname(join(directory, 'models', path)), { recursive: true });
    await writeFile(join(directory, 'models', path), content);
  }
  const errors: string[] = [];
  const server = await startServer({
    ...{ models: join(directory, 'models'), data: join(directory, 'data'), host: '127.0.0.1', httpPort: 0 },
    bodyLimitBytes: 1_000_000,
    logger: { info: () => {}, warn: () => {}, error: (_, message) => errors.push(message) },
    // Under SCHED_IDLE a load could take any time.
    threads: { shadowYielding: 'never', cpuSets: {} },
  });
  await server.ready;
  return {
    server,
    errors,
    isReady: async (model) =>
      (await fetch(`${server.url}/v2/models/${model}/versions/8/ready`)).status === 200,
    async [Symbol.asyncDispose]() {
      await server.close();
      await rm(directory, { recursive: true });
    },
  };
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

it('a shadow that does not end loading keeps no other model from its own, and no server from closing', async () => {
  await using loading = await startLoading('process', 60_000);
  const { server, errors } = loading;
  while (!(await loading.isReady('fine'))) await pause(50);
  expect(await loading.isReady('endless')).toBe(false);
  const closed = server.close();
  await pause(500);
  await expect(fetch(`${server.url}/v2`)).rejects.toThrow();
  // Its process can be ended: nothing is left behind.
  expect(await closed).toBe(0);
  await server.loaded;
  expect(errors).toEqual(['cannot be served: its loading was given up: the server is closing']);
});

it('a thread that does not end loading is left behind when the server closes', async () => {
  await using loading = await startLoading('thread', 3_000);
  const { server, errors } = loading;
  const began = performance.now();
  expect(await server.close()).toBe(1);
  expect(performance.now() - began).toBeLessThan(8_000);
  expect(errors).toEqual([
    'a worker does not end loading and is left behind',
    'cannot be served: its loading was given up: the server is closing',
  ]);
  // Until it has ended: this process is not to end before.
  await pause(20_000);
}, 60_000);
