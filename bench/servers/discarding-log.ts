import { MessageChannel, Worker } from 'node:worker_threads';
import type { ComparisonLog } from '../../src/log/comparison-log.ts';
import { type ComparisonLogOptions, openComparisonLog } from '../../src/log/open-comparison-log.ts';

/**
 * A comparison log that takes compared rows as the real one does, on a thread of its own at the same nice value, and forgets
 * them there: what it lacks is only what the log does with them. All else (traffic, reports) is the real one's.
 */
export async function openDiscardingLog(options: ComparisonLogOptions): Promise<ComparisonLog> {
  const log = await openComparisonLog(options);
  const worker = new Worker(new URL('./discarding-log-thread.ts', import.meta.url), { name: 'log' });
  worker.unref();
  // The only thing that workers of a shadow use of a log.
  const openAppendPort: ComparisonLog['openAppendPort'] = () => {
    const { port1, port2 } = new MessageChannel();
    worker.postMessage(port2, [port2]);
    return port1;
  };
  return Object.assign(log, { openAppendPort });
}
