/** A request as bytes can be made of it; its method is POST. */
export interface LoadRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Where it is not that of the plan's address. */
  readonly path?: string;
}

export interface RequestRate {
  /** Requests per second that are due whatever the server does. */
  readonly perSecond: number;
  readonly distribution: 'constant' | 'poisson';
  readonly seed: number;
  /** 0 … 1, of constant arrivals: see `constantArrivals`. */
  readonly phase: number;
}

export interface LoadPlan {
  readonly address: string;
  /** Sent in turn; at least one. */
  readonly requests: readonly LoadRequest[];
  readonly connections: number;
  /** Null for a closed loop: each connection sends the next request as soon as its answer is complete. */
  readonly rate: RequestRate | null;
}

/** What a generator saw since it was asked last. Slices follow each other without a gap. */
export interface LoadSlice {
  readonly seconds: number;
  /** Latencies of the requests that were answered with 200 in it, in the order of the answers. */
  readonly milliseconds: Float64Array;
  /** Requests that failed in it, by HTTP status or what became of the connection. */
  readonly errors: Readonly<Record<string, number>>;
  /** Requests that became due in it; in a closed loop, those that were sent. */
  readonly due: number;
  /** Requests that were due and not answered at its end. */
  readonly waiting: number;
  /** Ages of the requests that were never answered; only when the load has ended. */
  readonly unansweredMilliseconds: Float64Array;
  readonly generator: GeneratorShare;
}

/** How busy the generator itself was. */
export interface GeneratorShare {
  /** Share of the time that its event loop was not idle, 0 to 1. */
  readonly utilization: number;
  /** By how much its event loop was late, 99th percentile: as much may be wrong with the latencies. */
  readonly delayP99Milliseconds: number;
}
