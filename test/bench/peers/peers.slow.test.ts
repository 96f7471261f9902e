import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { peers, reasonToSkip, understudy } from '../../../bench/peers/contenders.ts';
import type { BenchServer } from '../../../bench/run-scenario.ts';
import { askMlp } from './mlp-request.ts';
import { processTree, survivors } from './process-tree.ts';

let own: BenchServer;
/** Where everything that is started here puts its files. */
let temporary: string;
beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'understudy-peers-'));
  process.env.TMPDIR = temporary;
  own = await understudy.start('off');
});
afterAll(async () => {
  await own[Symbol.asyncDispose]();
  await rm(temporary, { recursive: true });
});

const foldersOfPeers = async (): Promise<string[]> =>
  (await readdir(temporary)).filter((name) => name.startsWith('understudy-peer-'));

const told = (reason: string | null): string => (reason === null ? '' : ` (${reason})`);

for (const peer of peers) {
  const reason = reasonToSkip(peer);
  describe.skipIf(reason !== null)(`the peer ${peer.name}${told(reason)}`, () => {
    it('answers what Understudy answers', async () => {
      await using server = await peer.start('off');
      for (const rows of [1, 3]) {
        const [expected, given] = [await askMlp(own.url, rows), await askMlp(server.url, rows)];
        const [label, probabilities] = expected.outputs;
        expect(given).toMatchObject({ model_name: 'mlp', model_version: '7' });
        expect(given.outputs).toEqual([label, { ...probabilities, data: expect.any(Array) }]);
        for (const [i, probability] of probabilities!.data.entries()) {
          expect(given.outputs[1]!.data[i]).toBeCloseTo(probability, 5);
        }
      }
    });

    it.for(['100%', 'off'] as const)('tells what its shadow did: %s', async (shadow) => {
      await using server = await peer.start(shadow);
      for (let i = 0; i < 5; i++) await askMlp(server.url, 1);
      const counts = { served: 5, shadowed: shadow === 'off' ? 0 : 5 };
      await expect.poll(() => peer.counts(server.url), { timeout: 5000 }).toEqual(counts);
    });
  });

  describe.skipIf(reason !== null || !existsSync('/proc/self/task'))(
    `the processes of ${peer.name}${told(reason)}`,
    () => {
      it('end when it is told to', async () => {
        const server = await peer.start('100%');
        const pids = processTree(server.pid);
        await server[Symbol.asyncDispose]();
        expect(await survivors(pids)).toEqual([]);
        expect(await foldersOfPeers()).toEqual([]);
      });

      it('end when the one that started it was killed', async () => {
        const script = fileURLToPath(new URL('./start-contender.ts', import.meta.url));
        const parent = spawn(process.execPath, [script, peer.name], { stdio: ['ignore', 'pipe', 'inherit'] });
        const [pid] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
        const pids = processTree(Number(pid));
        parent.kill('SIGKILL');
        expect(await survivors(pids)).toEqual([]);
        expect(await foldersOfPeers()).toEqual([]);
      });

      it('end when it is killed itself', async () => {
        const server = await peer.start('100%');
        const pids = processTree(server.pid);
        process.kill(server.pid, 'SIGKILL');
        expect(await survivors(pids)).toEqual([]);
        // Nobody is left who could clean up.
        for (const folder of await foldersOfPeers()) await rm(join(temporary, folder), { recursive: true });
      });
    },
  );
}

describe('Understudy beside its peers', () => {
  it('tells what its shadow did', async () => {
    await using server = await understudy.start('100%');
    for (let i = 0; i < 5; i++) await askMlp(server.url, 1);
    await expect
      .poll(() => understudy.counts(server.url), { timeout: 5000 })
      .toEqual({ served: 5, shadowed: 5 });
  });
});
