import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import type { ArbiterSeat } from '../../../src/inference/device-arbiter/arbiter.ts';
import { DeviceArbiters, placementAt } from '../../../src/inference/device-arbiter/arbiters.ts';
import type { Errand, Told } from './arbiter-worker.ts';

const threads: Thread[] = [];
afterEach(async () => {
  await Promise.all(threads.splice(0).map((thread) => thread.worker.terminate()));
});

interface Thread {
  readonly worker: Worker;
  readonly told: Told[];
  readonly ended: Promise<unknown>;
}

function newWatch(): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(16));
}

/** Ends the turns that are held for a while now. */
function endHolds(watch: Int32Array): void {
  Atomics.notify(watch, 3);
}

function start(
  seat: ArbiterSeat,
  watch: Int32Array<SharedArrayBuffer>,
  errand: Partial<Errand> = {},
): Thread {
  const workerData: Errand = { seat, watch: watch.buffer, turns: 1, holdMilliseconds: 0, ...errand };
  const worker = new Worker(new URL('./arbiter-worker.ts', import.meta.url), { workerData });
  const told: Told[] = [];
  worker.on('message', (message: Told) => told.push(message));
  const thread = { worker, told, ended: once(worker, 'exit') };
  threads.push(thread);
  return thread;
}

const asks = ({ told }: Thread): boolean => told.length > 0;
const has = ({ told }: Thread): boolean => told.some(({ kind }) => kind === 'took');
/** Once it has said that it asks for the device it takes microseconds until it waits for it. */
const aMoment = 100;

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries++) {
    if (tries > 2000) throw new Error('it did not come about within ten seconds');
    await sleep(5);
  }
}

const seats = (arbiters: DeviceArbiters, provider: 'webgpu' | 'cuda') => ({
  primary: arbiters.for(provider, 0, 'primary')!,
  shadow: arbiters.for(provider, 0, 'shadow')!,
  statistics: () => arbiters.statistics[0]!,
});

describe('an arbiter', () => {
  it('is not needed for the CPU, and is the same for all who want the same device', () => {
    const arbiters = new DeviceArbiters();
    expect(arbiters.for('cpu', 0, 'primary')).toBeNull();
    const primary = arbiters.for('cuda', 0, 'primary')!;
    expect(primary).toMatchObject({ mode: 'yielding', priority: 'primary' });
    expect(arbiters.for('tensorrt', 0, 'shadow')!.buffer).toBe(primary.buffer);
    expect(arbiters.for('auto', 0, 'control')).toMatchObject({ buffer: primary.buffer, priority: 'shadow' });
    expect(arbiters.for('cuda', 1, 'primary')!.buffer).not.toBe(primary.buffer);
    expect(arbiters.for('webgpu', 0, 'shadow')).toMatchObject({ mode: 'exclusive', priority: 'shadow' });
    expect(arbiters.for('webgpu', 0, 'shadow')!.buffer).not.toBe(primary.buffer);
    expect(arbiters.statistics.map(({ provider, device }) => `${provider} ${device}`)).toEqual([
      'cuda 0',
      'cuda 1',
      'webgpu 0',
    ]);
  });
});

describe('the thread of a shadow', () => {
  const thread = { role: 'shadow', name: 's 8 fraud', yielding: 'idle', cpus: null } as const;
  const arbiters = new DeviceArbiters();

  it('gets a CPU like any other where the primary may wait for what it holds', () => {
    const placed = placementAt(arbiters.for('webgpu', 0, 'shadow'), thread);
    expect(placed).toEqual({ ...thread, yielding: 'never' });
  });

  it('yields where it holds up nobody', () => {
    expect(placementAt(arbiters.for('cuda', 0, 'shadow'), thread)).toBe(thread);
    expect(placementAt(arbiters.for('cpu', 0, 'shadow'), thread)).toBe(thread);
  });
});

describe('an exclusive device', () => {
  it('has one thread at a time, whoever they are', async () => {
    const { primary, shadow, statistics } = seats(new DeviceArbiters(), 'webgpu');
    const watch = newWatch();
    const all = [primary, shadow, shadow, primary, shadow, shadow].map((seat) =>
      start(seat, watch, { turns: 400 }),
    );
    await Promise.all(all.map(({ ended }) => ended));
    expect([...watch.subarray(0, 3)]).toEqual([0, 1, 2400]);
    expect(statistics()).toMatchObject({ primaryTurns: 800, shadowTurns: 1600, holder: null });
  });

  it('goes to the primary that waits before shadows that came earlier, and to those in the order they came', async () => {
    const { primary, shadow, statistics } = seats(new DeviceArbiters(), 'webgpu');
    const patient = { leastPatience: 60_000, mostPatience: 60_000, longestHold: 60_000 };
    const watch = newWatch();
    const holder = start(shadow, watch, { holdMilliseconds: 100_000, limits: patient });
    await until(() => has(holder));
    const waiting: Thread[] = [];
    for (const seat of [shadow, shadow, primary, primary]) {
      const thread = start(seat, watch, { limits: patient });
      await until(() => asks(thread));
      await sleep(aMoment);
      waiting.push(thread);
    }
    endHolds(watch);
    await Promise.all(waiting.map(({ ended }) => ended));
    const places = waiting.map(({ told }) => told.find((message) => message.kind === 'took')?.at);
    expect(places).toEqual([3, 4, 1, 2]);
    expect(statistics()).toMatchObject({ overtakings: 2, overdueTurns: 0 });
  });

  it('starves no shadow, even beside primaries that never rest', async () => {
    const { primary, shadow, statistics } = seats(new DeviceArbiters(), 'webgpu');
    const watch = newWatch();
    const limits = { leastPatience: 100, mostPatience: 100, longestHold: 60_000 };
    const primaries = [1, 2, 3].map(() => start(primary, watch, { turns: 1e6, holdMilliseconds: 5 }));
    await until(() => statistics().primaryTurns > 20);
    const shadows = [1, 2, 3].map(() => start(shadow, watch, { turns: 3, limits }));
    await Promise.all(shadows.map(({ ended }) => ended));
    expect(statistics().shadowTurns).toBe(9);
    // They had to push forward: left alone, one of three primaries was always waiting.
    expect(statistics().overdueTurns).toBeGreaterThan(0);
    expect(watch[1]).toBe(1);
    for (const { worker } of primaries) await worker.terminate();
  });

  it('comes free when the thread that held it is gone and is released', async () => {
    const arbiters = new DeviceArbiters();
    const { primary, shadow, statistics } = seats(arbiters, 'webgpu');
    const watch = newWatch();
    const dying = start(shadow, watch, { dies: true });
    const thread = dying.worker.threadId;
    await dying.ended;
    expect(statistics().holder).toBe(thread);
    const heir = start(primary, watch);
    await until(() => asks(heir));
    await sleep(aMoment);
    expect(has(heir)).toBe(false);
    expect(arbiters.release(thread)).toBe(true);
    await heir.ended;
    expect(heir.told.map(({ kind }) => kind)).toEqual(['asks', 'took', 'done']);
    expect(statistics()).toMatchObject({ recoveries: 1, holder: null });
    expect(arbiters.release(thread)).toBe(false);
  });

  it('does not wait for a thread that died while it was waiting', async () => {
    const arbiters = new DeviceArbiters();
    const { primary, shadow } = seats(arbiters, 'webgpu');
    const watch = newWatch();
    const holder = start(shadow, watch, { holdMilliseconds: 100_000 });
    await until(() => has(holder));
    const dying = start(primary, watch);
    const thread = dying.worker.threadId;
    await until(() => asks(dying));
    await sleep(aMoment);
    await dying.worker.terminate();
    const last = start(shadow, watch);
    await until(() => asks(last));
    endHolds(watch);
    await holder.ended;
    await sleep(aMoment);
    // The primary that is no more had been before it.
    expect(has(last)).toBe(false);
    arbiters.release(thread);
    await last.ended;
    expect(has(last)).toBe(true);
  });

  it('is taken in the end even if nobody notices that the thread whose turn it is has died', async () => {
    const { primary, shadow } = seats(new DeviceArbiters(), 'webgpu');
    const watch = newWatch();
    const holder = start(shadow, watch, { holdMilliseconds: 100_000 });
    await until(() => has(holder));
    const dying = start(primary, watch);
    await until(() => asks(dying));
    await sleep(aMoment);
    await dying.worker.terminate();
    const last = start(shadow, watch);
    await until(() => asks(last));
    endHolds(watch);
    await last.ended;
    expect(has(last)).toBe(true);
  });

  it('says so when whoever holds it hangs, and says it at once the next time', async () => {
    const { primary, shadow, statistics } = seats(new DeviceArbiters(), 'webgpu');
    const watch = newWatch();
    const hung = start(shadow, watch, { holdMilliseconds: 100_000 });
    await until(() => has(hung));
    const limits = { leastPatience: 50, mostPatience: 50, longestHold: 1000 };
    const started = performance.now();
    const refused = start(primary, watch, { turns: 20, limits });
    await refused.ended;
    const took = performance.now() - started;
    expect(refused.told.slice(1, 21)).toEqual(
      Array(20).fill({
        kind: 'failed',
        sentence: expect.stringContaining(
          `thread ${statistics().holder} of this process has held it for 1 s`,
        ),
      }),
    );
    expect(took).toBeGreaterThan(1000);
    // Twenty waits of a second each would take as many seconds.
    expect(took).toBeLessThan(8000);
  });
});

describe('a yielding device', () => {
  const patient = { leastPatience: 20_000, mostPatience: 20_000, longestHold: 60_000 };

  it('is entered by primaries at any time, also while a shadow hangs in it', async () => {
    const { primary, shadow, statistics } = seats(new DeviceArbiters(), 'cuda');
    const watch = newWatch();
    const hung = start(shadow, watch, { holdMilliseconds: 100_000 });
    await until(() => has(hung));
    const busy = start(primary, watch, { turns: 500 });
    await busy.ended;
    expect(statistics()).toMatchObject({ primaryTurns: 500, shadowTurns: 1, holder: null });
  });

  it('lets a shadow in when the primary rests', async () => {
    const { primary, shadow, statistics } = seats(new DeviceArbiters(), 'cuda');
    const watch = newWatch();
    const working = start(primary, watch, { holdMilliseconds: 100_000 });
    await until(() => has(working));
    const yielding = start(shadow, watch, { limits: patient });
    await until(() => asks(yielding));
    await sleep(aMoment);
    expect(has(yielding)).toBe(false);
    endHolds(watch);
    await yielding.ended;
    expect(watch[1]).toBe(1);
    expect(statistics()).toMatchObject({ shadowTurns: 1, overdueTurns: 0 });
  });

  it('lets a shadow in after a while, when the primary never rests', async () => {
    const { primary, shadow, statistics } = seats(new DeviceArbiters(), 'cuda');
    const watch = newWatch();
    const working = start(primary, watch, { holdMilliseconds: 100_000 });
    await until(() => has(working));
    const limits = { leastPatience: 100, mostPatience: 100, longestHold: 60_000 };
    const started = performance.now();
    await start(shadow, watch, { turns: 3, limits }).ended;
    expect(performance.now() - started).toBeGreaterThan(300);
    expect(statistics()).toMatchObject({ shadowTurns: 3, overdueTurns: 3 });
  });

  it('forgets a primary that died at work', async () => {
    const arbiters = new DeviceArbiters();
    const { primary, shadow, statistics } = seats(arbiters, 'cuda');
    const watch = newWatch();
    const dying = start(primary, watch, { dies: true });
    const thread = dying.worker.threadId;
    await dying.ended;
    const yielding = start(shadow, watch, { limits: patient });
    await until(() => asks(yielding));
    await sleep(aMoment);
    expect(has(yielding)).toBe(false);
    arbiters.release(thread);
    await yielding.ended;
    expect(statistics()).toMatchObject({ shadowTurns: 1, overdueTurns: 0 });
  });
});
