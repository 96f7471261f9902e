import type { ServedRequests } from '../inference/lane.ts';
import type { Metrics } from './metrics.ts';

/** Latencies of a primary's requests: a histogram cannot be made of sums. */
export function observeLatency(
  metrics: Metrics,
  { model, version }: { readonly model: string; readonly version: string },
  { replies }: ServedRequests,
): void {
  const seconds = metrics.requestSeconds.labels(model, version);
  for (const { status, queueMicroseconds, computeMicroseconds } of replies) {
    if (status === 200) seconds.observe((queueMicroseconds + computeMicroseconds) / 1e6);
  }
}
