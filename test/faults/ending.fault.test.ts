import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../log/open-test-log.ts';
import { slow } from '../support/onnx-models.ts';
import { startServerProcess } from '../support/server-process.ts';
import { eventually, reportOf, shadowedFraud, writeModels } from './broken-server.ts';
import { Users } from './users.ts';

it('SIGTERM under traffic: what was taken is answered, the log holds it, and the process ends with status 0', async () => {
  using directory = temporaryDirectory();
  writeModels(directory.path, {
    ...shadowedFraud,
    'fraud/7/model.onnx': slow({ seed: 1, milliseconds: 200 }),
  });
  let answered = 0;
  {
    await using server = await startServerProcess(directory.path);
    await eventually('the shadow runs', () => /"role":"shadow".*"msg":"loaded"/.test(server.logged()));
    const users = new Users(server, { users: 8 });
    await eventually('users are answered', () => users.answered > 20);
    const { status } = await server.stop();
    await users.gone();
    expect(status).toBe(0);
    ({ answered } = users);
    // Those that came too late were told so, or found the door closed.
    const others = users.seen.filter((seen) => seen.status !== 200);
    expect(others.filter((seen) => seen.status !== 503 && seen.status !== null)).toEqual([]);
    for (const seen of others)
      if (seen.status === null) expect(seen.text).toMatch(/ECONNREFUSED|ECONNRESET|socket hang up/);
    expect(readdirSync(join(directory.path, 'data'))).not.toContain('log.duckdb.wal');
  }
  await using server = await startServerProcess(directory.path);
  const { traffic } = await reportOf(server);
  expect(traffic.rows).toBe(answered);
  const dropped = Object.values(traffic.dropped).reduce((sum, rows) => sum + rows, 0);
  expect(traffic.compared + dropped).toBe(traffic.sampled);
});
