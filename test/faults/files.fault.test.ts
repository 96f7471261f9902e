import { rename, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { sha256, sha256OfAll } from '../../src/repository/hashed-file.ts';
import { temporaryDirectory } from '../log/open-test-log.ts';
import { externalTable } from '../support/onnx-models.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { inferBody } from '../support/traffic.ts';
import { eventually, metric, shadowedFraud, writeModels } from './broken-server.ts';
import { Users } from './users.ts';

/** 4 MiB of weights, all the same, so that an answer tells which file it comes from, and whether from one alone. */
const count = 1 << 20;
const weightsOf = (content: number): Uint8Array =>
  new Uint8Array(new Float32Array(count).fill(content).buffer);
const places = [0, count / 3, count / 2, count - 1].map(Math.floor);
const models: Record<string, Uint8Array> = {
  // That of the primary is the kind that the runtime would map.
  'fraud/7/model.onnx': externalTable(count, true),
  'fraud/8/model.onnx': externalTable(count),
};

/** Has the files read as they lie there, at once; what the server answered. */
type Load = () => Promise<{ readonly status: number; readonly text: string }>;

const loadingOf =
  ({ url }: ServerProcess): Load =>
  async () => {
    const response = await fetch(`${url}/v2/repository/models/fraud/load`, { method: 'POST' });
    return { status: response.status, text: await response.text() };
  };

/** Ways to give a file other weights; each leaves it whole. */
const ways: readonly ((path: string, weights: Uint8Array, load: Load) => Promise<void>)[] = [
  async function growsWhileItIsRead(path, weights, load) {
    await truncate(path, 0);
    let isLoading = true;
    const loading = load().finally(() => {
      isLoading = false;
    });
    const most = weights.length - 4096;
    let written = 0;
    for (; isLoading && written < most; written += 4096) {
      await writeFile(path, weights.subarray(written, written + 4096), { flag: 'a' });
      await sleep(5);
    }
    const { status, text } = await loading;
    expect(text).toMatch(/was written while it was read|it may be half copied/);
    expect(status).toBe(409);
    await writeFile(path, weights.subarray(written), { flag: 'a' });
  },
  async function restsWhileItIsHalfCopied(path, weights, load) {
    await truncate(path, weights.length / 2);
    const { status, text } = await load();
    expect(text).toContain('it may be half copied');
    expect(status).toBe(409);
    await sleep(700);
    await writeFile(path, weights, { flag: 'r+' });
  },
  async function isWrittenOver(path, weights) {
    await writeFile(path, weights, { flag: 'r+' });
  },
  async function isReplacedWhileItIsRead(path, weights, load) {
    const loading = load();
    await writeFile(`${path}.new`, weights);
    await rename(`${path}.new`, path);
    const { status, text } = await loading;
    if (status !== 200) expect(text).toContain('was written while it was read');
  },
];

const shaOf = async ({ url }: ServerProcess, version: string): Promise<string> =>
  JSON.parse(await (await fetch(`${url}/v2/models/fraud/versions/${version}`)).text()).parameters?.sha256;

it('a model whose files are cut off, written over and replaced, while they are read and while it runs: users notice nothing, and no answer comes from half a file', async () => {
  using directory = temporaryDirectory();
  writeModels(directory.path, {
    ...{ ...shadowedFraud, ...models },
    ...{ 'fraud/7/weights.bin': weightsOf(7), 'fraud/8/weights.bin': weightsOf(8) },
  });
  await using server = await startServerProcess(
    directory.path,
    {},
    { options: ['--watch-interval', '200ms'] },
  );
  await using users = new Users(server, { pauseMs: 2, bodyOf: (_, id) => inferBody([places], { id }) });
  await eventually('users are answered', () => users.answered > 50);
  let content = 100;
  for (const version of ['7', '8']) {
    for (const way of ways) {
      const path = join(directory.path, 'models/fraud', version, 'weights.bin');
      const weights = weightsOf(++content);
      await way(path, weights, loadingOf(server));
      const onnx = { file: 'model.onnx', sha256: sha256(models[`fraud/${version}/model.onnx`]!) };
      const expected = sha256OfAll([onnx, { file: 'weights.bin', sha256: sha256(weights) }]);
      await eventually(
        'it is served as it lies there',
        async () => (await shaOf(server, version)) === expected,
      );
    }
  }
  await users.stop();
  expect(users.troubled).toEqual([]);
  const answered = new Set(users.seen.map(({ text }) => JSON.stringify(JSON.parse(text).outputs[0].data)));
  // The last of each version was seen in service; of those before, any may have been too short-lived.
  const whole = [7, 101, 102, 103, 104].map((one) => JSON.stringify(places.map(() => one)));
  expect(whole).toEqual(expect.arrayContaining([...answered]));
  expect(answered.size).toBeGreaterThanOrEqual(4);
  expect(server.logged()).toMatch(/its file cannot be served: .*what was loaded from the former one runs on/);
  expect(await metric(server, 'understudy_lane_restarts_total')).toBe(0);
  expect((await server.stop()).status).toBe(0);
});
