import type { ServedRequests } from '../inference/lane.ts';
import type { Role } from '../inference/serving-table.ts';
import type { Metrics } from './metrics.ts';

export interface LaneLabels {
  readonly model: string;
  readonly version: string;
  readonly role: Role;
}

/** Adds up a batch before it touches a metric: looking a metric up costs more than adding a number. */
export function countServed(metrics: Metrics, labels: LaneLabels, served: ServedRequests): void {
  const { model, version, role } = labels;
  const { replies } = served;
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
  metrics.runSeconds.inc({ model, version, role }, runMicroseconds(served) / 1e6);
}

/** Requests of one run have started at the same moment, and no two runs of a worker have. */
function runMicroseconds({ requests, replies }: ServedRequests): number {
  if (replies.length === 1) return replies[0]!.computeMicroseconds;
  const starts = new Set<number>();
  let sum = 0;
  for (const [i, { queueMicroseconds, computeMicroseconds }] of replies.entries()) {
    const before = starts.size;
    if (starts.add(Math.round(requests[i]!.arrivedMicroseconds + queueMicroseconds)).size > before) {
      sum += computeMicroseconds;
    }
  }
  return sum;
}
