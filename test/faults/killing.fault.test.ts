import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { isTemporaryName } from '../../src/log/lake-path.ts';
import { askElsewhere, filesUnder, temporaryDirectory } from '../log/open-test-log.ts';
import { startServerProcess } from '../support/server-process.ts';
import { featuresOf, inferBody } from '../support/traffic.ts';
import { type Asked, eventually, postLabels, reportOf, shadowedFraud, writeModels } from './broken-server.ts';
import { racingClock } from './racing-clock.ts';
import { Users } from './users.ts';

const kills = 50;
const script = fileURLToPath(new URL('./serve-by-racing-clock.ts', import.meta.url));

/** Labels one id after the other until the server is gone; those whose labels were acknowledged. */
async function labelUntilItDies(server: Asked, prefix: string): Promise<string[]> {
  const acknowledged: string[] = [];
  for (let call = 0; ; call++) {
    const id = `${prefix}${call}`;
    const answer = await postLabels(server, [id]).catch(() => null);
    if (answer === null) return acknowledged;
    expect(answer.status).toBe(200);
    acknowledged.push(id);
  }
}

/** Ids of some compared rows that the server tells of. */
async function comparedIds({ url }: Asked): Promise<string[]> {
  const response = await fetch(`${url}/v2/models/fraud/comparisons?limit=1000`);
  expect(response.status).toBe(200);
  const { comparisons } = (await response.json()) as { comparisons: { request_id: string }[] };
  return comparisons.map(({ request_id }) => request_id);
}

it(`kill -9, ${kills} times under traffic and while hours are exported: every label and comparison that was told of is kept, none is there twice, and no Parquet file is half written`, async () => {
  using directory = temporaryDirectory();
  writeModels(directory.path, shadowedFraud);
  const lake = join(directory.path, 'data', 'lake');
  const originMs = Date.now();
  const now = racingClock(originMs);
  const bodyOf = (index: number, id: string) =>
    inferBody([featuresOf(index)], { id, parameters: { timestamp: new Date(now()).toISOString() } });
  const partsOf = (files: readonly string[]) => files.filter((file) => file.endsWith('.parquet'));
  const temporaryIn = (files: readonly string[]) => files.filter((file) => isTemporaryName(basename(file)));
  const filesInLake = () => (existsSync(lake) ? filesUnder(lake) : []);
  const labelled: string[] = [];
  const compared = new Set<string>();
  let told = 0;
  let asked = 0;
  let cutOff = 0;
  for (let life = 0; life < kills; life++) {
    await using server = await startServerProcess(
      directory.path,
      {},
      { script: [script, directory.path, String(originMs)] },
    );
    const users = new Users(server, { prefix: `life ${life} `, pauseMs: 1, bodyOf });
    const labelling = labelUntilItDies(server, `life ${life} `);
    // Now and then not even the shadow has loaded.
    await new Promise((resolve) => setTimeout(resolve, (life * 137) % 1000));
    if (life % 5 === 0) {
      const { traffic } = await reportOf(server);
      expect(traffic.compared).toBeGreaterThanOrEqual(told);
      expect(traffic.compared).toBeLessThanOrEqual(asked + users.seen.length + 4);
      told = traffic.compared;
      for (const id of await comparedIds(server)) compared.add(id);
    }
    // Half of them die in the middle of an export.
    if (life % 2 === 1) await eventually('a part is written', () => temporaryIn(filesInLake()).length > 0);
    await server.kill();
    await users.gone();
    labelled.push(...(await labelling));
    expect(users.seen.filter(({ status }) => status !== 200 && status !== null)).toEqual([]);
    // One that was on its way when the server died may have been compared.
    asked += users.seen.length;
    const files = filesInLake();
    cutOff += temporaryIn(files).length > 0 ? 1 : 0;
    const parts = partsOf(files).map((file) => `'${join(lake, file)}'`);
    if (parts.length > 0) {
      const [read] = await askElsewhere(
        `SELECT count(DISTINCT file_name)::INT AS files FROM parquet_file_metadata([${parts}])`,
      );
      expect(read?.files).toBe(parts.length);
    }
  }
  expect(asked).toBeGreaterThan(kills * 10);
  expect(labelled.length).toBeGreaterThan(kills * 3);
  expect(cutOff).toBeGreaterThan(kills / 10);

  await using server = await startServerProcess(directory.path);
  expect((await reportOf(server)).traffic.compared).toBeGreaterThanOrEqual(told);
  expect((await server.stop()).status).toBe(0);
  const files = filesInLake();
  expect(temporaryIn(files)).toEqual([]);
  for (const [kind, kept] of [
    ['labels', labelled],
    ['comparisons', [...compared]],
  ] as const) {
    const parts = partsOf(files).filter((file) => file.startsWith(`${kind}/`));
    expect(parts.length).toBeGreaterThan(kills / 10);
    // As anybody would read them: what is still hot, and all the files that lie there.
    const rows = await askElsewhere(
      `ATTACH '${join(directory.path, 'data', 'log.duckdb')}' AS log (READ_ONLY);
       SELECT request_id FROM log.hot_${kind}
       UNION ALL SELECT request_id FROM read_parquet([${parts.map((file) => `'${join(lake, file)}'`)}], union_by_name = true)`,
    );
    const ids = new Set(rows.map(({ request_id }) => String(request_id)));
    expect(ids.size, `${kind} are there once`).toBe(rows.length);
    expect(kept.length).toBeGreaterThan(100);
    expect(
      kept.filter((id) => !ids.has(id)),
      `${kind} are kept`,
    ).toEqual([]);
  }
}, 900_000);
