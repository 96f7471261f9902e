import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mlp, slow } from '../../support/onnx-models.ts';
import { until } from './relay-pool.ts';

const owner = fileURLToPath(new URL('./relay-owner.ts', import.meta.url));

let directory: string;
let path: string;
let slowPath: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'understudy-orphan-'));
  path = join(directory, 'model.onnx');
  slowPath = join(directory, 'slow.onnx');
  await writeFile(path, mlp({ seed: 8 }));
  await writeFile(slowPath, slow({ milliseconds: 30_000, above: 100 }));
});
afterAll(() => rm(directory, { recursive: true }));

interface Owner extends AsyncDisposable {
  readonly child: ChildProcess;
  /** Of the process behind its relay. */
  readonly pid: number;
  nextLine(): Promise<string>;
}

/** `detached`: in a group of its own, so that a signal to the group does not reach the tests. */
async function startOwner(model: string, id: string): Promise<Owner> {
  const child = spawn(process.execPath, [owner, model, id], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string> => String((await lines.next()).value);
  return {
    child,
    pid: Number(await nextLine()),
    nextLine,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) await kill(child);
    },
  };
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

describe('the process behind a relay', () => {
  it.each([
    ['waits for work', 'ok', 'served'],
    ['is blocked by native code', 'hang', null],
  ])('ends with the server that is killed while it %s', async (_, id, answer) => {
    await using server = await startOwner(path, id);
    if (answer !== null) expect(await server.nextLine()).toBe(answer);
    else await setTimeout(500);
    expect(isRunning(server.pid)).toBe(true);
    await kill(server.child);
    expect(await until(() => !isRunning(server.pid), 5_000)).toBe(true);
  });

  it('ends with the server that is killed in the middle of a run of ONNX Runtime', async () => {
    await using server = await startOwner(slowPath, 'ok');
    const before = cpuTicks(server.pid);
    expect(await until(() => cpuTicks(server.pid) > before + 10)).toBe(true);
    await kill(server.child);
    // Long before the run ends.
    expect(await until(() => !isRunning(server.pid), 5_000)).toBe(true);
  });

  it('leaves signals to the whole group to the server', async () => {
    await using server = await startOwner(path, 'ok');
    expect(await server.nextLine()).toBe('served');
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(server.pid, signal);
    await setTimeout(300);
    expect(isRunning(server.pid)).toBe(true);
    process.kill(-server.child.pid!, 'SIGTERM');
    expect(await until(() => !isRunning(server.pid), 5_000)).toBe(true);
  });
});

/** What is killed after the server is dead may stay a zombie, where nobody cares for orphans. */
function isRunning(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && fieldsOf(pid)[0] !== 'Z';
}

/** User time of a process in clock ticks: field 14. */
function cpuTicks(pid: number): number {
  return Number(fieldsOf(pid)[11]);
}

/** Those of /proc/PID/stat from the third on: the name before them may hold spaces. */
function fieldsOf(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}
