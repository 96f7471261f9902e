import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { readAvailableCpus } from '../../src/threads/available-cpus.ts';
import { isSkipped, readTask, type Task } from '../native/test-thread.ts';
import { mlp } from '../support/onnx-models.ts';
import { startServerProcess } from '../support/server-process.ts';

const normal = 0;
const idle = 5;

function repository(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'understudy-threads-'));
  for (const version of [7, 8]) {
    mkdirSync(join(path, 'models', 'fraud', `${version}`), { recursive: true });
    writeFileSync(join(path, 'models', 'fraud', `${version}`, 'model.onnx'), mlp({ seed: version }));
  }
  writeFileSync(
    join(path, 'models', 'fraud', 'deployment.yaml'),
    'instance_group: {threads: 3}\ncontrol: 10%\nshadows: [{version: 8}]\n',
  );
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

function tasksOf(pid: number): Task[] {
  return readdirSync(`/proc/${pid}/task`).map((threadId) => readTask(Number(threadId), pid));
}

describe.skipIf(isSkipped)('the threads of a server (skipped where no compiler built the addon)', () => {
  it('are named and yield by role, those of the runtime among them, and the rest is left as it was', {
    timeout: 90_000,
  }, async () => {
    using files = repository();
    await using server = await startServerProcess(files.path);
    const pid = server.child.pid!;
    // A worker and two threads of its ONNX Runtime for each.
    const tasks = await vi.waitFor(
      () => {
        const now = tasksOf(pid);
        for (const lane of ['7 fraud', '8 fraud', '7 fraud ctl']) {
          expect(now.filter(({ name }) => name === lane).length, lane).toBeGreaterThanOrEqual(3);
        }
        return now;
      },
      { timeout: 60_000, interval: 100 },
    );
    const named = (name: string): Task[] => tasks.filter((task) => task.name === name);
    const own = named('MainThread')[0]!;

    for (const [name, policy] of [
      ['7 fraud', normal],
      ['8 fraud', idle],
      ['7 fraud ctl', idle],
    ] as const) {
      expect(new Set(named(name).map((task) => task.policy)), name).toEqual(new Set([policy]));
    }
    expect(named('7 fraud').every(({ nice }) => nice === own.nice)).toBe(true);
    expect(named('analysis')).toMatchObject([{ policy: idle }]);
    // DuckDB's helpers among them, and those by which its allocator gives memory back: one, and with more arenas up to one for each CPU.
    const log = named('log');
    const allocating = log.length - 1 - Math.min(3, Math.floor(readAvailableCpus().count / 2));
    expect(allocating).toBeGreaterThanOrEqual(1);
    expect(allocating).toBeLessThanOrEqual(cpus().length);
    for (const task of log) expect(task).toMatchObject({ policy: normal, nice: Math.max(own.nice, 10) });

    // Node's pool inherits from whoever uses it first: were it a shadow, all that reads files would wait with it.
    expect(named('libuv-worker').length).toBeGreaterThan(0);
    const placed = new Set(['7 fraud', '8 fraud', '7 fraud ctl', 'analysis', 'log', 'resources']);
    const others = tasks.filter(({ name }) => !placed.has(name));
    expect(others.filter(({ policy, nice }) => policy !== own.policy || nice !== own.nice)).toEqual([]);
  });
});
