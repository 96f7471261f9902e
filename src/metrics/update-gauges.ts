import type { Deployment } from '../deployment/deployment.ts';
import type { LogStatistics } from '../log/comparison-log.ts';
import type { Metrics } from './metrics.ts';

/** Brings what is a state rather than a sum up to date; called when the metrics are read. */
export function updateGauges(metrics: Metrics, deployments: readonly Deployment[], log: LogStatistics): void {
  metrics.logDroppedRows.set(log.droppedRows + log.refusedRows);
  metrics.logFailedFlushes.set(log.failedFlushes);
  for (const deployment of deployments) {
    for (const { version, role, group, lane } of deployment.running) {
      const labels = { model: deployment.name, version, role };
      metrics.pendingRequests.set(labels, lane.queued);
      metrics.modelMemoryBytes.set(labels, group.loaded.memoryBytes + group.counters.heapBytes);
      // Counted in the worker since it was loaded; brought over as it is.
      metrics.executionCount.remove(labels);
      metrics.executionCount.inc(labels, group.counters.executions);
      metrics.cpuSeconds.remove(labels);
      metrics.cpuSeconds.inc(labels, group.counters.cpuMicroseconds / 1e6);
    }
  }
}
