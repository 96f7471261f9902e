import { parentPort, threadId, workerData } from 'node:worker_threads';
import type { ArbiterSeat } from '../../../src/inference/device-arbiter/arbiter.ts';
import { type TurnLimits, takeSeat } from '../../../src/inference/device-arbiter/turns.ts';

/** What a test wants a thread to do at a device. */
export interface Errand {
  readonly seat: ArbiterSeat;
  readonly limits?: TurnLimits;
  /** Words: how many are in now, the most that ever were, how many turns were had, whether holds are over. */
  readonly watch: SharedArrayBuffer;
  readonly turns: number;
  readonly holdMilliseconds: number;
  /** Ends the thread within a turn, without giving the device back. */
  readonly dies?: boolean;
}

export type Told =
  | { readonly kind: 'asks' }
  | { readonly kind: 'took'; readonly thread: number; readonly at: number }
  | { readonly kind: 'failed'; readonly sentence: string }
  | { readonly kind: 'done' };

const { seat, limits, watch, turns, holdMilliseconds, dies } = workerData as Errand;
const tell = (told: Told): void => parentPort?.postMessage(told);
const words = new Int32Array(watch);
const device = takeSeat(seat, threadId, limits);

for (let turn = 0; turn < turns; turn++) {
  if (turn === 0) tell({ kind: 'asks' });
  try {
    device.take();
  } catch (error) {
    tell({ kind: 'failed', sentence: (error as Error).message });
    continue;
  }
  const inside = Atomics.add(words, 0, 1) + 1;
  if (inside > Atomics.load(words, 1)) Atomics.store(words, 1, inside);
  tell({ kind: 'took', thread: threadId, at: Atomics.add(words, 2, 1) });
  if (dies) process.exit(3);
  // Within the hold nothing is waited on but time, as in a native run.
  if (holdMilliseconds > 0) Atomics.wait(words, 3, 0, holdMilliseconds);
  Atomics.sub(words, 0, 1);
  device.give();
}
tell({ kind: 'done' });
