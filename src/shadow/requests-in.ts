import type { TrafficCount } from '../log/traffic-count.ts';

/** The counts of requests of one kind follow each other, and the first of them has their number (`TrafficLedger`). */
export function requestsIn(counts: readonly TrafficCount[]): TrafficCount[][] {
  const requests: TrafficCount[][] = [];
  for (const count of counts) {
    const isFirst = count.requests > 0 || count.rows === 0;
    if (isFirst || requests.length === 0) requests.push([count]);
    else requests.at(-1)!.push(count);
  }
  return requests;
}
