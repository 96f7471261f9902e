import { InterferenceHistogram } from './interference-histogram.ts';

/** Primary requests that were answered together; `ServedRequests` of a lane is one. */
export interface AnsweredBatch {
  /** Same monotonic clock as the arrivals, microseconds. */
  readonly answeredMicroseconds: number;
  readonly requests: readonly { readonly arrivedMicroseconds: number }[];
}

/** What a block says once its answers are in. */
export interface BlockResult {
  /** Mean ln latency with the shadows running minus without. */
  readonly logDifference: number;
  /** Mean ln latency in microseconds over both windows, each weighing the same. */
  readonly meanLog: number;
}

/** Requests that arrived in one window of time. */
class WindowTally {
  fromMicroseconds = Number.POSITIVE_INFINITY;
  toMicroseconds = Number.POSITIVE_INFINITY;
  requests = 0;
  sumLog = 0;
  readonly histogram = new InterferenceHistogram();

  clear(): void {
    this.fromMicroseconds = Number.POSITIVE_INFINITY;
    this.toMicroseconds = Number.POSITIVE_INFINITY;
    this.requests = 0;
    this.sumLog = 0;
    this.histogram.clear();
  }

  /** On the way of every request that arrived about then: one logarithm and a few additions. */
  add(latencyMicroseconds: number): void {
    const log = latencyMicroseconds > 1 ? Math.log(latencyMicroseconds) : 0;
    this.requests++;
    this.sumLog += log;
    this.histogram.add(log);
  }
}

/**
 * A window with the shadows running and one without, side by side. A request belongs to the window it arrived
 * in, however late it is answered: sorted by answer, slow ones would go missing from the slower window.
 */
export class InterferenceBlock {
  readonly on = new WindowTally();
  readonly off = new WindowTally();

  clear(): void {
    this.on.clear();
    this.off.clear();
  }

  add({ answeredMicroseconds, requests }: AnsweredBatch): void {
    const { on, off } = this;
    for (let i = 0; i < requests.length; i++) {
      const arrived = requests[i]!.arrivedMicroseconds;
      if (arrived >= on.fromMicroseconds && arrived < on.toMicroseconds)
        on.add(answeredMicroseconds - arrived);
      else if (arrived >= off.fromMicroseconds && arrived < off.toMicroseconds)
        off.add(answeredMicroseconds - arrived);
    }
  }

  /** @returns null with fewer requests than that in either window */
  result(leastRequests: number): BlockResult | null {
    const { on, off } = this;
    if (Math.min(on.requests, off.requests) < Math.max(1, leastRequests)) return null;
    const [withShadows, without] = [on.sumLog / on.requests, off.sumLog / off.requests];
    return { logDifference: withShadows - without, meanLog: (withShadows + without) / 2 };
  }
}
