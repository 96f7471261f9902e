import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { askElsewhere, temporaryDirectory } from '../log/open-test-log.ts';
import { slow } from '../support/onnx-models.ts';
import { startServerProcess } from '../support/server-process.ts';
import { eventually, postLabels, reportOf, shadowedFraud, writeModels } from './broken-server.ts';
import { Users } from './users.ts';

const kills = 50;

it(`kill -9, ${kills} times under traffic: every label and comparison that was told of is kept, and none twice`, async () => {
  using directory = temporaryDirectory();
  writeModels(directory.path, shadowedFraud);
  const labelled: string[] = [];
  let answered = 0;
  let told = 0;
  for (let life = 0; life < kills; life++) {
    await using server = await startServerProcess(directory.path);
    const users = new Users(server, { prefix: `life ${life} `, pauseMs: 1 });
    const labelling = (async () => {
      for (let call = 0; ; call++) {
        const id = `life ${life} ${call}`;
        const answer = await postLabels(server, [id]).catch(() => null);
        if (answer === null) return;
        expect(answer.status).toBe(200);
        labelled.push(id);
      }
    })();
    // Now and then not even the shadow has loaded.
    await new Promise((resolve) => setTimeout(resolve, (life * 137) % 1500));
    if (life % 5 === 0) {
      const { compared } = (await reportOf(server)).traffic;
      expect(compared).toBeGreaterThanOrEqual(told);
      expect(compared).toBeLessThanOrEqual(answered + users.seen.length + 4);
      told = compared;
    }
    await server.kill();
    await users.gone();
    await labelling;
    expect(users.seen.filter(({ status }) => status !== 200 && status !== null)).toEqual([]);
    // One that was on its way when the server died may have been compared.
    answered += users.seen.length;
  }
  expect(answered).toBeGreaterThan(kills * 10);
  expect(labelled.length).toBeGreaterThan(kills * 3);

  await using server = await startServerProcess(directory.path);
  expect((await reportOf(server)).traffic.compared).toBeGreaterThanOrEqual(told);
  expect((await server.stop()).status).toBe(0);
  const [labels] = await askElsewhere(
    `ATTACH '${join(directory.path, 'data', 'log.duckdb')}' AS log (READ_ONLY);
     SELECT count(*)::INT AS n, count(DISTINCT request_id)::INT AS ids FROM log.hot_labels`,
  );
  // One more for each life may have been durable when the server died before it could say so.
  expect(labels?.n).toBeGreaterThanOrEqual(labelled.length);
  expect(labels?.n).toBeLessThanOrEqual(labelled.length + kills);
  expect(labels?.ids).toBe(labels?.n);
}, 550_000);

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
