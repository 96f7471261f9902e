import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import type { Report } from '../../src/analysis/report/report.ts';
import { temporaryDirectory, until } from '../log/open-test-log.ts';
import { mlp } from '../support/onnx-models.ts';
import { type ServerProcess, startServerProcess, understudy } from '../support/server-process.ts';
import { featuresOf, inferBody } from '../support/traffic.ts';

const everything = 'shadows: [{version: 8, sample: 100%}]\ninterference_budget: off\n';

function writeModel(directory: string, path: string, content: Uint8Array | string): void {
  const file = join(directory, 'models', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

async function get<Answer>(server: ServerProcess, path: string): Promise<Answer> {
  const response = await fetch(server.url + path);
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
}

const report = (server: ServerProcess): Promise<Report> => get(server, '/v2/models/fraud/report');

interface Index {
  readonly models: readonly { readonly name: string; readonly primary: string; readonly shadows: string[] }[];
}

/** Sends one request after the other until the server is gone; how many were sent. */
async function sendUntilItDies(server: ServerProcess): Promise<number> {
  for (let sent = 1; ; sent++) {
    try {
      const response = await fetch(`${server.url}/v2/models/fraud/infer`, {
        method: 'POST',
        body: inferBody([featuresOf(sent)]),
      });
      if (response.status !== 200) throw new Error(`answered ${response.status}: ${await response.text()}`);
      await response.arrayBuffer();
    } catch (error) {
      if (error instanceof TypeError) return sent;
      throw error;
    }
  }
}

it('a server killed under traffic comes back with all that was reported, with its roles, and counts on', async () => {
  using directory = temporaryDirectory();
  writeModel(directory.path, 'fraud/7/model.onnx', mlp({ seed: 1 }));
  writeModel(directory.path, 'fraud/8/model.onnx', mlp({ seed: 2 }));
  writeModel(directory.path, 'fraud/deployment.yaml', everything);
  writeModel(directory.path, 'plain.v7.onnx', mlp({ seed: 1 }));
  writeModel(directory.path, 'plain.v8.onnx', mlp({ seed: 2 }));

  let sent = 0;
  let known = { rows: 0, compared: 0 };
  for (let life = 1; life <= 2; life++) {
    await using server = await startServerProcess(directory.path);
    const found = (await report(server)).traffic;
    // Nothing that an earlier report told is lost, and nothing is counted twice.
    expect(found.rows).toBeGreaterThanOrEqual(known.rows);
    expect(found.compared).toBeGreaterThanOrEqual(known.compared);
    expect(found.compared).toBeLessThanOrEqual(sent);
    const connections = [sendUntilItDies(server), sendUntilItDies(server)];
    await until(async () => {
      const { traffic } = await report(server);
      known = traffic;
      return traffic.compared >= found.compared + 200 && traffic.rows >= found.rows + 200;
    });
    await server.kill();
    for (const connection of connections) sent += await connection;
  }

  writeModel(directory.path, 'plain.v9.onnx', mlp({ seed: 3 }));
  await using server = await startServerProcess(directory.path);
  const { traffic, overall } = await report(server);
  expect(traffic.compared).toBeGreaterThanOrEqual(known.compared);
  expect(known.compared).toBeGreaterThanOrEqual(400);
  expect(overall.n).toBe(traffic.compared);

  // Without a memory of the roles, 8 would now be the primary and 9 its shadow.
  const { models } = await get<Index>(server, '/');
  expect(models.find(({ name }) => name === 'plain')).toMatchObject({ primary: '7', shadows: ['9'] });

  const second = await understudy(
    ...['serve', '--http-port', '0', '--models', join(directory.path, 'models')],
    ...['--data', join(directory.path, 'data')],
  );
  expect(second.status).toBe(1);
  expect(second.stdout).toBe('');
  expect(second.stderr).toContain(
    `log.duckdb is held by the process ${server.child.pid}, and only one server can have it open: stop that server`,
  );

  const { status } = await server.stop();
  expect(status).toBe(0);
});
