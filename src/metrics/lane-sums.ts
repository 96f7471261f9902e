import type { Counter } from 'prom-client';
import type { LaneLabels } from './count-served.ts';
import type { Metrics } from './metrics.ts';

/** What a lane has served, as the metrics have it. */
export interface LaneSums {
  readonly rows: number;
  readonly queueMicroseconds: number;
  readonly runMicroseconds: number;
}

/** Reads the sums of all lanes at once. */
export async function laneSums(metrics: Metrics): Promise<(labels: LaneLabels) => LaneSums> {
  const [rows, queue, run] = await Promise.all([
    sumsOf(metrics.inferenceCount),
    sumsOf(metrics.queueMicroseconds),
    sumsOf(metrics.runSeconds),
  ]);
  return (labels) => {
    const key = keyOf(labels);
    return {
      rows: rows.get(key) ?? 0,
      queueMicroseconds: queue.get(key) ?? 0,
      runMicroseconds: (run.get(key) ?? 0) * 1e6,
    };
  };
}

async function sumsOf(counter: Counter<keyof LaneLabels>): Promise<Map<string, number>> {
  const { values } = await counter.get();
  return new Map(values.map(({ labels, value }) => [keyOf(labels), value]));
}

function keyOf({ model, version, role }: Partial<Record<keyof LaneLabels, string | number>>): string {
  return JSON.stringify([model, version, role]);
}
