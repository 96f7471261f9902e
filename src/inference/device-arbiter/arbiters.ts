import type { ExecutionProvider } from '../../config/deployment.ts';
import type { ThreadPlacement } from '../../threads/thread-placement.ts';
import type { Role } from '../serving-table.ts';
import { type ArbiterSeat, type ArbiterStatistics, DeviceArbiter } from './arbiter.ts';

/** The arbiters of a process, one for each GPU that a deployment asks for. */
export class DeviceArbiters {
  readonly #arbiters = new Map<string, DeviceArbiter>();

  /**
   * The seat to put into the placement of a worker thread of this process. In a process of its own a worker
   * takes none: nothing there is shared with other sessions.
   *
   * @returns null where there is nothing to arbitrate
   */
  for(executionProvider: ExecutionProvider, device: number, role: Role): ArbiterSeat | null {
    if (executionProvider === 'cpu') return null;
    // `auto` may become cuda, and tensorrt runs on the same devices.
    const family = executionProvider === 'webgpu' ? 'webgpu' : 'cuda';
    const key = `${family}:${device}`;
    let arbiter = this.#arbiters.get(key);
    if (!arbiter) {
      arbiter = new DeviceArbiter(family === 'webgpu' ? 'exclusive' : 'yielding');
      this.#arbiters.set(key, arbiter);
    }
    return arbiter.seat(role === 'primary' ? 'primary' : 'shadow');
  }

  /**
   * To be called when a worker thread is gone, however it went: what it held or waited for is given on. Never
   * for one that merely hangs, since it may still be at work on the device.
   *
   * @param threadId of `node:worker_threads`
   * @returns whether it had held a device
   */
  release(threadId: number): boolean {
    let held = false;
    for (const arbiter of this.#arbiters.values()) held = arbiter.release(threadId) || held;
    return held;
  }

  get statistics(): readonly ArbiterStatistics[] {
    return [...this.#arbiters].map(([key, { statistics }]) => {
      const [provider, device] = key.split(':') as ['webgpu' | 'cuda', string];
      return { provider, device: Number(device), ...statistics };
    });
  }
}

/**
 * Where a thread is to run that takes its turn on a device. One that holds an exclusive device while the primary
 * waits for it must get a CPU at once: the priority is the arbiter's, and a thread that yields its CPU would turn
 * it around.
 */
export function placementAt(seat: ArbiterSeat | null, thread: ThreadPlacement): ThreadPlacement {
  return seat?.mode === 'exclusive' ? { ...thread, yielding: 'never' } : thread;
}
