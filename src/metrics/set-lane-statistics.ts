import type { LaneStatistics } from '../inference/lane-statistics.ts';
import type { Role } from '../inference/serving-table.ts';
import type { Metrics } from './metrics.ts';
import { bringTo } from './set-resources.ts';

export interface LaneLabels {
  readonly model: string;
  readonly version: string;
  readonly role: Role;
}

/** Brings the counters of a lane up to what it has counted itself. */
export function setLaneStatistics(metrics: Metrics, labels: LaneLabels, statistics: LaneStatistics): void {
  const { succeeded, failed, queue, input, compute, output } = statistics;
  bringTo(metrics.inferenceCount, labels, statistics.rows);
  bringTo(metrics.requestMicroseconds, labels, succeeded.microseconds + failed.microseconds);
  bringTo(metrics.queueMicroseconds, labels, queue.microseconds);
  bringTo(metrics.inputMicroseconds, labels, input.microseconds);
  bringTo(metrics.computeMicroseconds, labels, compute.microseconds);
  bringTo(metrics.outputMicroseconds, labels, output.microseconds);
  bringTo(metrics.runSeconds, labels, statistics.runMicroseconds / 1e6);
  if (labels.role !== 'primary') return;
  const { model, version } = labels;
  bringTo(metrics.requestSuccess, { model, version }, succeeded.count);
  for (const [status, count] of statistics.failures) {
    bringTo(
      metrics.requestFailure,
      { model, version, reason: reasonOf(status), status: String(status) },
      count,
    );
  }
}

/** Triton's reasons. */
function reasonOf(status: number): string {
  if (status === 503 || status === 504) return 'REJECTED';
  if (status === 499) return 'CANCELED';
  return status === 500 || status === 422 ? 'BACKEND' : 'OTHER';
}
