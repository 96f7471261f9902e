import { dropReasons, type TrafficCount } from '../log/traffic-count.ts';
import type { Metrics } from './metrics.ts';

/** Traffic counts as metrics; segments are left out, since their values would be without bound. */
export function countTraffic(metrics: Metrics, counts: readonly TrafficCount[]): void {
  for (const count of counts) {
    const labels = {
      model: count.model,
      primary: count.primaryVersion,
      shadow: count.shadowVersion,
      role: count.role,
    };
    metrics.trafficRows.inc(labels, count.rows);
    for (const reason of dropReasons) {
      const rows = count.droppedRows[reason] ?? 0;
      if (rows > 0) metrics.shadowDropped.inc({ ...labels, reason }, rows);
    }
    metrics.shadowSampled.inc(labels, count.sampledRows);
  }
}
