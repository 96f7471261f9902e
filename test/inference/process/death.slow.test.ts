import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { giveUpClaim } from '../../../src/inference/messages/batch-claim.ts';
import { ProcessHandle } from '../../../src/inference/process/handle.ts';
import { excessText } from '../../../src/inference/process/memory.ts';
import { mlp, slow } from '../../support/onnx-models.ts';
import { isThere, observing, type PoolLoad, predict, until, WorkerPool } from './relay-pool.ts';

let directory: string;
let path: string;
let slowPath: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'understudy-death-'));
  path = join(directory, 'model.onnx');
  slowPath = join(directory, 'slow.onnx');
  await writeFile(path, mlp({ seed: 8 }));
  await writeFile(slowPath, slow({ milliseconds: 30_000, above: 100 }));
});
afterAll(() => rm(directory, { recursive: true }));

/** With an observer that does what the id of a request says. */
function withObserver(load: Partial<PoolLoad> = {}): { load: PoolLoad; received: () => unknown } {
  const { port1, port2 } = new MessageChannel();
  return {
    load: { path, observer: observing({ seen: port1 }), transfer: [port1], ...load },
    received: () => receiveMessageOnPort(port2)?.message,
  };
}

describe('a relay whose process dies', () => {
  it.each(['SIGKILL', 'SIGSEGV', 'SIGABRT'] as const)(
    'says so when %s strikes in the middle of a run, and starts another',
    async (signal) => {
      await using relay = new WorkerPool('process/relay');
      const pid = await relay.loadProcess({ path: slowPath });
      const answer = relay.serve([predict('a', [1000, 0, 0, 0])]);
      await setTimeout(50);
      process.kill(pid, signal);
      const how = signal === 'SIGKILL' ? 'was ended from outside by SIGKILL' : `ended by ${signal}`;
      expect(await answer).toMatchObject({
        kind: 'died',
        sentence: expect.stringContaining(`the process of version 8 ${how}`),
      });
      expect(isThere(pid)).toBe(false);
      expect(await relay.serve([predict('b')])).toMatchObject({ kind: 'empty' });
      expect(await relay.loadProcess({ path })).not.toBe(pid);
      expect((await relay.replies([predict('c')])).map(({ status }) => status)).toEqual([200]);
    },
  );

  it('tells the next batch of a death that came while it was idle', async () => {
    await using relay = new WorkerPool('process/relay');
    const pid = await relay.loadProcess({ path });
    process.kill(pid, 'SIGKILL');
    expect(await until(() => !isThere(pid))).toBe(true);
    const sentence = expect.stringContaining('was ended from outside by SIGKILL');
    // Nobody had the batch, so it did not die of it.
    expect(await relay.serve([predict('a')])).toMatchObject({ kind: 'empty', sentence });
    expect(await relay.serve([predict('b')])).toMatchObject({ kind: 'empty' });
  });

  it.each([
    ['exit', 'the process of version 8 ended with exit code 3'],
    ['throw', 'the process of version 8 ended with exit code 1: Error: nobody catches this'],
    ['abort', 'the process of version 8 ended by SIGABRT'],
  ])('tells how it ended by %s', async (id, sentence) => {
    await using relay = new WorkerPool('process/relay');
    const { load } = withObserver();
    await relay.load(load);
    let answer = await relay.serve([predict(id)]);
    // An error that nobody catches is thrown when the batch may have been answered already.
    if (id === 'throw' && answer.kind === 'served') answer = await relay.serve([predict('next')]);
    expect(answer).toEqual({ kind: 'died', sentence });
  });

  it('keeps what the observer saw of a batch that was never answered to itself', async () => {
    await using relay = new WorkerPool('process/relay');
    const { load, received } = withObserver();
    await relay.load(load);
    await relay.replies([predict('a')]);
    expect(received()).toEqual({ saw: 'a' });
    expect((await relay.serve([predict('b'), predict('exit')])).kind).toBe('died');
    await relay.load(withObserver().load);
    await relay.replies([predict('c')]);
    expect(received()).toBeUndefined();
  });

  it('tells of an exhausted heap', async () => {
    await using relay = new WorkerPool('process/relay');
    await relay.load(withObserver({ memoryLimitBytes: 256 * 1024 ** 2 }).load);
    expect(await relay.serve([predict('heap')])).toEqual({
      kind: 'died',
      sentence: expect.stringMatching(
        /^the process of version 8 (ended by SIGABRT: FATAL ERROR: .*heap out of memory|was ended because it used \d+(\.\d)? MiB of its 256 MiB)$/,
      ),
    });
  });

  it('ends a process that uses more memory than it may', async () => {
    await using relay = new WorkerPool('process/relay');
    const pid = await relay.loadProcess(withObserver({ memoryLimitBytes: 512 * 1024 ** 2 }).load);
    expect(await relay.serve([predict('memory')])).toEqual({
      kind: 'died',
      sentence: expect.stringMatching(
        /^the process of version 8 was ended because it used \d+(\.\d)? [MG]iB of its 512 MiB$/,
      ),
    });
    expect(isThere(pid)).toBe(false);
  });

  it('says so when no process can be started', async () => {
    const { execPath } = process;
    process.execPath = join(directory, 'no-node-here');
    const handle = new ProcessHandle({ version: '8', memoryLimitBytes: null });
    process.execPath = execPath;
    expect(await handle.ask({ kind: 'release' })).toEqual({
      kind: 'died',
      sentence: expect.stringMatching(/^the process of version 8 could not be started: spawn .* ENOENT$/),
    });
    await handle.close();
  });

  it('says how much was used of how much', () => {
    expect(excessText(2.3 * 1024 ** 3, 2 * 1024 ** 3)).toBe('2.3 GiB of its 2 GiB');
    expect(excessText(600 * 1024 ** 2, 512 * 1024 ** 2)).toBe('600 MiB of its 512 MiB');
    expect(excessText(2 * 1024 ** 3 + 4096, 2 * 1024 ** 3)).toBe('more than its 2 GiB');
  });

  it('ends a process that hangs as soon as its batch is given up', async () => {
    await using relay = new WorkerPool('process/relay');
    const { load, received } = withObserver();
    const pid = await relay.loadProcess(load);
    const answer = relay.serve([predict('hang')]);
    await setTimeout(300);
    expect(isThere(pid)).toBe(true);
    expect(giveUpClaim(relay.claim)).toBe(true);
    expect(await answer).toEqual({
      kind: 'died',
      sentence: 'the process of version 8 was ended because its run took too long',
    });
    expect(isThere(pid)).toBe(false);
    expect(received()).toBeUndefined();
    // The claim is still given up when the model is loaded again; that must not end the new process.
    await relay.load(withObserver().load);
    expect((await relay.replies([predict('a')])).map(({ status }) => status)).toEqual([200]);
  });

  it('ends a process in the middle of a run of ONNX Runtime that is given up', async () => {
    await using relay = new WorkerPool('process/relay');
    await relay.load({ path: slowPath });
    const started = performance.now();
    const answer = relay.serve([predict('a', [1000, 0, 0, 0])]);
    await setTimeout(50);
    giveUpClaim(relay.claim);
    expect((await answer).kind).toBe('died');
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
