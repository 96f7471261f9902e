import { setTimeout as pause } from 'node:timers/promises';
import { UnderstudyError } from '../../errors.ts';
import { freeClaim, giveUpClaim } from '../messages/batch-claim.ts';
import type { WorkerAnswer, WorkerTask } from '../messages/worker-task.ts';
import type { LoadLimit } from './load-limit.ts';
import type { ModelWorkerOptions } from './model-worker-options.ts';
import type { ReplaceableThread } from './replaceable-thread.ts';
import { ThreadGone } from './worker-thread.ts';

export type Loaded = Extract<WorkerAnswer, { kind: 'loaded' }>;

/** How long the end of a process may take that was told to end. */
const killGraceMs = 15_000;

/**
 * Has the model loaded within the limit; a thread that goes on loading is left behind.
 *
 * @throws UnderstudyError MODEL_NOT_READY with the reason why it was not loaded, or what the worker threw
 */
export async function loadWithin(
  limit: LoadLimit,
  thread: ReplaceableThread,
  { instance, isolation, memoryLimitBytes, observer: observerSource }: ModelWorkerOptions,
): Promise<Loaded> {
  thread.prepare();
  const { claim } = thread;
  freeClaim(claim);
  const observer = observerSource?.();
  const task: WorkerTask = {
    kind: 'load',
    options: { ...instance, observer: observer?.module ?? null },
    memoryLimitBytes,
    claim,
  };
  const running = thread.run(task, observer?.transfer ?? []);
  let answer: WorkerAnswer;
  try {
    answer = await Promise.race([running, limit.reached]);
  } catch (error) {
    if (error instanceof ThreadGone) {
      thread.noteGone();
      throw new UnderstudyError('MODEL_NOT_READY', error.message);
    }
    if (limit.isReached) {
      // A process can be ended; a thread cannot.
      const isTold = isolation === 'process' && giveUpClaim(claim);
      if (!isTold || !(await endsSoon(running))) thread.leaveBehind();
    }
    throw error;
  }
  if (answer.kind !== 'loaded') throw new UnderstudyError('MODEL_NOT_READY', notLoaded(answer));
  return answer;
}

function endsSoon(running: Promise<WorkerAnswer>): Promise<boolean> {
  const ended = running.then(
    () => true,
    () => true,
  );
  return Promise.race([ended, pause(killGraceMs, false, { ref: false })]);
}

function notLoaded(answer: WorkerAnswer): string {
  if (answer.kind === 'refused') return answer.reason;
  return answer.kind === 'died' ? answer.sentence : 'the worker did not load it';
}
