import { mkdirSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../log/open-test-log.ts';
import { mlp } from '../support/onnx-models.ts';
import { startServerProcess } from '../support/server-process.ts';
import { until } from '../support/until.ts';

describe('a server with a drain delay', () => {
  it('answers on after SIGTERM, is not ready, and has clients connect anew; then it ends with status 0', async () => {
    using directory = temporaryDirectory();
    mkdirSync(join(directory.path, 'models'));
    writeFileSync(join(directory.path, 'models/v1.onnx'), mlp());
    const options = ['--drain-delay', '6s'];
    await using server = await startServerProcess(directory.path, {}, { options });
    const agent = new Agent({ keepAlive: true });
    const predict = () => ask(`${server.url}/predict`, agent, '{"features":[1,2,3,4]}');
    expect(await predict()).toMatchObject({ status: 200, connection: 'keep-alive' });

    const stopped = server.stop();
    await until(() => server.logged().includes('draining'));
    expect(await predict()).toMatchObject({ status: 200, connection: 'close' });
    expect(await ask(`${server.url}/v2/health/ready`, agent)).toMatchObject({
      status: 503,
      connection: 'close',
    });
    expect(await ask(`${server.url}/v2/health/live`, agent)).toMatchObject({ status: 200 });
    expect((await stopped).status).toBe(0);
    await expect(predict()).rejects.toThrow('ECONNREFUSED');
    agent.destroy();
  });
});

function ask(
  url: string,
  agent: Agent,
  body?: string,
): Promise<{ readonly status: number; readonly connection: string | undefined }> {
  const { promise, resolve, reject } = Promise.withResolvers<{
    status: number;
    connection: string | undefined;
  }>();
  const asking = request(url, { agent, method: body === undefined ? 'GET' : 'POST' }, (incoming) => {
    const { statusCode = 0, headers } = incoming;
    incoming.resume().on('end', () => resolve({ status: statusCode, connection: headers.connection }));
  });
  asking.on('error', reject).end(body);
  return promise;
}
