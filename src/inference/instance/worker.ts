import { placeThread } from '../../threads/place-thread.ts';
import type { WorkerAnswer, WorkerTask } from '../messages/worker-task.ts';

/**
 * All that a worker does. It is imported when the thread is placed, and not before: to read and compile it takes some
 * hundred milliseconds of CPU, and a shadow's worker that is replaced must not take them from the primary.
 */
type InstanceWorker = typeof import('./instance-worker.ts');
let worker: InstanceWorker | null = null;

/** The piscina worker behind every instance group, whatever its role. */
export default async function work(task: WorkerTask): Promise<WorkerAnswer> {
  switch (task.kind) {
    case 'load': {
      // Before the session is made, too: the threads that ONNX Runtime creates inherit it.
      const placed = placeThread(task.options.thread);
      worker ??= await import('./instance-worker.ts');
      return worker.load(task.options, task.claim, placed);
    }
    case 'serve':
      if (worker) return worker.serve(task.requests);
      return { kind: 'empty', sentence: 'its worker ended while it had nothing to do' };
    case 'release':
      await worker?.release();
      return { kind: 'released' };
  }
}
