import cluster from 'node:cluster';
import { once } from 'node:events';
import type { RequestCounts } from './request-counts.ts';

interface Report {
  readonly own: RequestCounts;
  /** Whether the worker waits for the sum of all. */
  readonly asks: boolean;
}

const reportMilliseconds = 50;

/** In the primary process: keeps what its workers report, and answers the sum to each that asks. */
export function sumReports(): void {
  const reported = new Map<number, RequestCounts>();
  cluster.on('message', (worker, { own, asks }: Report) => {
    reported.set(worker.id, own);
    if (!asks) return;
    const sum: RequestCounts = { served: 0, shadowed: 0 };
    for (const { served, shadowed } of reported.values()) {
      sum.served += served;
      sum.shadowed += shadowed;
    }
    worker.send(sum);
  });
}

/** In a worker: reports its counts from now on. What comes back asks for the sum; of the others it is some milliseconds old. */
export function reportCounts(own: RequestCounts): () => Promise<RequestCounts> {
  const report = (asks: boolean): void => {
    process.send!({ own, asks } satisfies Report);
  };
  setInterval(report, reportMilliseconds, false);
  return async () => {
    report(true);
    const [sum] = (await once(process, 'message')) as [RequestCounts];
    return sum;
  };
}
