import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { PlacedThread, ThreadPlacement } from '../../src/threads/thread-placement.ts';
import { addon, isSkipped, readTask, TestThread } from '../native/test-thread.ts';
import { mlp } from '../support/onnx-models.ts';

const place = new URL('../../src/threads/place-thread.ts', import.meta.url).href;
const shadow: ThreadPlacement = { role: 'shadow', name: '8 fraud', yielding: 'idle', cpus: null };

interface Tried {
  readonly threadId: number;
  readonly placed: PlacedThread;
}

function placeIn(thread: TestThread, placement: ThreadPlacement, load = 'undefined'): Promise<Tried> {
  return thread.run<Tried>(`
    const { placeThread } = await import(${JSON.stringify(place)});
    return { threadId: addon.threadId(), placed: placeThread(${JSON.stringify(placement)}, ${load}) };`);
}

describe.skipIf(isSkipped)('placing a thread (skipped where no compiler built the addon)', () => {
  it('names it and makes it idle, and no other', async () => {
    await using thread = new TestThread();
    const before = readTask(process.pid);
    const { threadId, placed } = await placeIn(thread, shadow);
    expect(placed).toEqual({ role: 'shadow', name: '8 fraud', yielding: 'idle', refusals: [] });
    expect(readTask(threadId)).toMatchObject({ name: '8 fraud', policy: 5, cpus: before.cpus });
    const { name, policy, nice } = readTask(process.pid);
    expect({ name, policy, nice }).toEqual({ name: before.name, policy: before.policy, nice: before.nice });
  });

  it.each([
    ['log', 10],
    ['resources', 10],
    ['analysis', 19],
    ['shadow', 19],
    ['control', 19],
  ] as const)('nices the %s to %i where it is to be niced', async (role, nice) => {
    await using thread = new TestThread();
    const { threadId, placed } = await placeIn(thread, { ...shadow, role, yielding: 'niced' });
    expect(placed).toMatchObject({ yielding: 'niced', refusals: [] });
    expect(readTask(threadId)).toMatchObject({ policy: 0, nice: Math.max(nice, readTask(process.pid).nice) });
  });

  it('leaves one that is niced further as it is', async () => {
    await using thread = new TestThread();
    await thread.run('addon.setThreadNice(17)');
    const { threadId, placed } = await placeIn(thread, { ...shadow, role: 'log', yielding: 'niced' });
    expect(placed).toMatchObject({ yielding: 'niced', refusals: [] });
    expect(readTask(threadId).nice).toBe(17);
  });

  it('only names a primary’s', async () => {
    await using thread = new TestThread();
    const { threadId, placed } = await placeIn(thread, {
      ...shadow,
      role: 'primary',
      name: '7 fraud',
      yielding: 'never',
    });
    expect(placed).toEqual({ role: 'primary', name: '7 fraud', yielding: 'never', refusals: [] });
    const { nice, policy, cpus } = readTask(process.pid);
    expect(readTask(threadId)).toMatchObject({ name: '7 fraud', nice, policy, cpus });
  });

  it('keeps it to its CPUs, and says which of them are not there', async () => {
    await using thread = new TestThread();
    const cpu = addon!.threadAffinity()[0]!;
    const { threadId, placed } = await placeIn(thread, { ...shadow, cpus: [cpu] });
    expect(placed.refusals).toEqual([]);
    expect(readTask(threadId).cpus).toBe(`${cpu}`);
    const partly = await placeIn(thread, { ...shadow, cpus: [cpu, 8000, 8001] });
    expect(partly.placed.refusals).toEqual([
      `its CPU set ${cpu},8000-8001 was refused: CPUs 8000-8001 are not there for this process, so it runs on ${cpu}`,
    ]);
    const none = await placeIn(thread, { ...shadow, cpus: [8000] });
    expect(none.placed).toMatchObject({
      yielding: 'idle',
      refusals: ['its CPU set 8000 was refused: EINVAL: Invalid argument, sched_setaffinity'],
    });
  });

  it('goes on where a name is too long', async () => {
    await using thread = new TestThread();
    const { threadId, placed } = await placeIn(thread, { ...shadow, name: 'of sixteen bytes' });
    expect(placed).toMatchObject({
      yielding: 'idle',
      refusals: ['its thread could not be named: nameThread takes at most 15 bytes of UTF-8'],
    });
    expect(readTask(threadId).policy).toBe(5);
  });

  it('does without the addon what Node can do, and says what is lost', async () => {
    await using thread = new TestThread();
    const { threadId, placed } = await placeIn(thread, { ...shadow, cpus: [0] }, '() => null');
    expect(placed).toEqual({
      role: 'shadow',
      name: '8 fraud',
      yielding: 'niced',
      refusals: [
        'the native addon is not built, so its thread has no name of its own, may run on every CPU, is niced instead ' +
          'of idle; install a C++ compiler and run "npm run build:native"',
      ],
    });
    expect(readTask(threadId)).toMatchObject({ policy: 0, nice: 19 });
    expect(readTask(process.pid).nice).toBeLessThan(19);
    const broken = await placeIn(thread, shadow, "() => { throw new Error('of another system'); }");
    expect(broken.placed.refusals).toEqual([
      'the native addon cannot be loaded (of another system), so its thread has no name of its own, is niced instead ' +
        'of idle; install a C++ compiler and run "npm run build:native"',
    ]);
  });

  it('is inherited by the threads that ONNX Runtime makes for a session afterwards', async () => {
    await using thread = new TestThread();
    const cpu = addon!.threadAffinity()[0]!;
    const model = Buffer.from(mlp({ seed: 8 })).toString('base64');
    const before = addon!.threadTimes().length;
    await placeIn(thread, { ...shadow, name: '8 inherited', cpus: [cpu] });
    await thread.run(`
      const { InferenceSession } = require(${JSON.stringify(fileURLToPath(import.meta.resolve('onnxruntime-node')))});
      globalThis.session = await InferenceSession.create(Buffer.from('${model}', 'base64'), { intraOpNumThreads: 4 });`);
    const named = addon!.threadTimes().filter(({ name }) => name === '8 inherited');
    // Its own and three of the runtime.
    expect(named.length).toBeGreaterThanOrEqual(4);
    expect(before).toBeGreaterThan(1);
    expect(named.map(({ threadId }) => readTask(threadId))).toEqual(
      named.map(() => expect.objectContaining({ policy: 5, cpus: `${cpu}` })),
    );
    await thread.run('await globalThis.session.release()');
  });
});

/** Somebody who may not enter SCHED_IDLE: without privileges, and under a flag that only they could take away. */
function refusedByTheKernel(code: string): string | null {
  const isRoot = process.getuid?.() === 0;
  const user = isRoot ? { uid: 65534, gid: 65534 } : {};
  const { status, stdout } = spawnSync(
    'chrt',
    ['--reset-on-fork', '--other', '0', process.execPath, '--input-type=module', '-e', code],
    { ...user, cwd: '/', encoding: 'utf8' },
  );
  return status === 0 ? stdout.trim() : null;
}

const canBeRefused =
  !isSkipped && refusedByTheKernel(`await import(${JSON.stringify(place)}); console.log('ran')`) === 'ran';

describe.skipIf(!canBeRefused)(
  'placing a thread that the kernel will not let be idle (skipped where chrt or an unprivileged user cannot run it)',
  () => {
    it('nices it instead and says so', () => {
      const said = refusedByTheKernel(`
        import { getPriority } from 'node:os';
        import { placeThread } from ${JSON.stringify(place)};
        const placed = placeThread(${JSON.stringify(shadow)});
        console.log(JSON.stringify({ placed, nice: getPriority(0) }));`);
      expect(JSON.parse(said!)).toEqual({
        nice: 19,
        placed: {
          role: 'shadow',
          name: '8 fraud',
          yielding: 'niced',
          refusals: [
            'its thread may not run when idle only, so it is niced: EPERM: Operation not permitted, sched_setscheduler',
          ],
        },
      });
    });
  },
);

describe.skipIf(process.platform === 'linux')('placing a thread elsewhere than on Linux', () => {
  it('does nothing and says so', async () => {
    const { placeThread } = await import('../../src/threads/place-thread.ts');
    const { yielding, refusals } = placeThread(shadow);
    expect(yielding).toBe('never');
    expect(refusals[0]).toContain('threads can be named and made to yield on Linux only');
  });
});
