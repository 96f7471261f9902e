import type { ServedRequests } from '../inference/lane.ts';
import type { Role } from '../inference/serving-table.ts';
import type { Metrics } from './metrics.ts';

export interface LaneLabels {
  readonly model: string;
  readonly version: string;
  readonly role: Role;
}

/** Adds up a batch before it touches a metric: looking a metric up costs more than adding a number. */
export function countServed(metrics: Metrics, labels: LaneLabels, { replies }: ServedRequests): void {
  const { model, version, role } = labels;
  let rows = 0;
  let queue = 0;
  let compute = 0;
  let succeeded = 0;
  const seconds = metrics.requestSeconds.labels(model, version);
  for (const reply of replies) {
    rows += reply.rows;
    queue += reply.queueMicroseconds;
    compute += reply.computeMicroseconds;
    if (reply.status === 200) succeeded++;
    if (role !== 'primary') continue;
    if (reply.status === 200) seconds.observe((reply.queueMicroseconds + reply.computeMicroseconds) / 1e6);
    else metrics.requestFailure.inc({ model, version, status: String(reply.status) });
  }
  if (role === 'primary' && succeeded > 0) metrics.requestSuccess.inc({ model, version }, succeeded);
  metrics.inferenceCount.inc({ model, version, role }, rows);
  metrics.queueMicroseconds.inc({ model, version, role }, queue);
  metrics.computeMicroseconds.inc({ model, version, role }, compute);
}
