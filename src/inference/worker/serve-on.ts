import { UnderstudyError } from '../../errors.ts';
import { type LaneRequest, packRequests } from '../messages/request-batch.ts';
import type { WorkerAnswer } from '../messages/worker-task.ts';
import type { ReplaceableThread } from './replaceable-thread.ts';
import { ThreadGone } from './worker-thread.ts';

/** The worker died with the batch, or had nothing to serve it with. */
export interface Lost {
  readonly kind: 'lost';
  /** What it died of. */
  readonly sentence: string;
  /** What that means to the batch. */
  readonly error: UnderstudyError;
}

/** Has a batch served. That the worker died is an outcome here, not an error. @throws what the worker threw */
export async function serveOn(
  thread: ReplaceableThread,
  requests: readonly LaneRequest[],
): Promise<Extract<WorkerAnswer, { kind: 'served' }> | Lost> {
  const packed = packRequests(requests);
  let answer: WorkerAnswer;
  try {
    answer = await thread.run({ kind: 'serve', requests: packed }, [
      packed.bytes,
      packed.table.buffer as ArrayBuffer,
    ]);
  } catch (error) {
    if (error instanceof ThreadGone) return died(error.message);
    throw error;
  }
  if (answer.kind === 'served') return answer;
  if (answer.kind === 'died') return died(answer.sentence);
  // Nobody had the request, so nothing can be said of how it would have been served.
  const error = new UnderstudyError(
    'MODEL_NOT_READY',
    'the worker ended before it had the request; retry later',
  );
  const sentence = answer.kind === 'empty' ? answer.sentence : 'its worker answered what it was not asked';
  return { kind: 'lost', sentence, error };
}

function died(sentence: string): Lost {
  return { kind: 'lost', sentence, error: new UnderstudyError('WORKER_DIED', sentence) };
}
