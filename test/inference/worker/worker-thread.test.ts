import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ThreadGone, WorkerThread } from '../../../src/inference/worker/worker-thread.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'understudy-thread-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function threadOver(source: string): Promise<{ thread: WorkerThread; gone: Promise<string> }> {
  const path = join(directory, `${crypto.randomUUID()}.mjs`);
  await writeFile(path, source);
  const { promise: gone, resolve } = Promise.withResolvers<string>();
  const file = pathToFileURL(path).href;
  return { thread: new WorkerThread({ file, noticesWhileIdle: true, onGone: resolve }), gone };
}

const task = { kind: 'release' } as const;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe('a worker thread', () => {
  it.each([
    [
      'whose module throws',
      'throw new Error("the module is broken");',
      'its worker ended: the module is broken',
    ],
    ['whose module ends it', 'process.exit(3);', 'its worker ended: it ended without a word'],
    [
      'in which an error is not caught',
      'export default () => new Promise(() => setImmediate(() => { throw new Error("nobody catches this"); }));',
      'its worker ended: nobody catches this',
    ],
    [
      'that ends itself',
      'export default () => process.exit(2);',
      'its worker ended: worker exited with code: 2',
    ],
  ])('%s rejects its task, and no other takes its place', async (_, source, sentence) => {
    const { thread, gone } = await threadOver(source);
    const error = await thread.run(task, []).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ThreadGone);
    expect(error).toHaveProperty('message', sentence);
    expect(thread.isGone).toBe(true);
    await gone;
    await thread.close();
  });

  it('keeps nothing of an answer, however long it lives', async () => {
    const { thread } = await threadOver('export default () => ({ kind: "released" });');
    // Made here, so that no variable of this frame holds an answer.
    const answers = await Promise.all(
      Array.from({ length: 5 }, async () => new WeakRef(await thread.run(task, []))),
    );
    await new Promise((resolve) => setTimeout(resolve, 10));
    collectGarbage();
    expect(answers.filter((answer) => answer.deref() !== undefined)).toHaveLength(0);
    await thread.release();
  });

  it('tells what it died of while it had nothing to do', async () => {
    const { thread, gone } = await threadOver(
      'export default () => { setTimeout(() => { throw new Error("later"); }, 20); return { kind: "released" }; };',
    );
    expect(await thread.run(task, [])).toEqual({ kind: 'released' });
    expect(await gone).toBe('its worker ended: later');
    await thread.release();
  });

  it('outlives a task that throws', async () => {
    const { thread } = await threadOver('export default () => { throw new Error("no"); };');
    await expect(thread.run(task, [])).rejects.toThrow('no');
    expect(thread.isGone).toBe(false);
    await thread.close();
  });
});
