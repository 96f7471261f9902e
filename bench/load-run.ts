import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { type Arrivals, arrivalsOf } from './arrivals.ts';
import { LoadConnection } from './load-connection.ts';
import type { LoadPlan, LoadSlice, RequestRate } from './load-plan.ts';
import { requestBytes } from './request-bytes.ts';

/** A generator that wakes more often for its own sake takes the CPU from the server: every 2 ms cost up to 15% of its throughput. */
const delayResolutionMilliseconds = 10;

/**
 * Load on one server, until it is told to end. In a closed loop each connection sends the next request as soon as its
 * answer is complete: a server that stalls gets fewer requests, and the stall is in one latency for each connection only.
 * With a rate, requests are due whatever the server does, and their latency counts from when they were due, also while
 * they wait for a connection: a server that stalls cannot hide it (coordinated omission; Tene 2013).
 */
export class LoadRun {
  readonly #requests: readonly Buffer[];
  readonly #rate: RequestRate | null;
  readonly #connections: readonly LoadConnection[];
  /** Connections that have nothing to send. */
  readonly #free: LoadConnection[] = [];
  readonly #arrivals: Arrivals | null;
  /** The same arrivals again, for how many are due, sent or not. */
  readonly #counted: Arrivals | null;
  readonly #delay = monitorEventLoopDelay({ resolution: delayResolutionMilliseconds });
  #milliseconds: number[] = [];
  #errors: Record<string, number> = {};
  #nextDue = 0;
  #nextCounted = 0;
  #due = 0;
  #finished = 0;
  #dueBefore = 0;
  #sent = 0;
  #began = 0;
  #sliceBegan = 0;
  #endsAt = Number.POSITIVE_INFINITY;
  #utilization = performance.eventLoopUtilization();
  #pacing: NodeJS.Timeout | null = null;

  private constructor({ address, requests, connections, rate }: LoadPlan) {
    const url = new URL(address);
    this.#requests = requests.map((request) => requestBytes(url, request));
    this.#rate = rate;
    this.#arrivals = rate && arrivalsOf(rate);
    this.#counted = rate && arrivalsOf(rate);
    this.#connections = Array.from(
      { length: connections },
      () =>
        new LoadConnection(url, {
          free: (connection) => this.#next(connection),
          broken: (connection) => this.#forget(connection),
          answered: (due, status) => this.#answered(due, status),
          failed: (_due, reason) => this.#fail(reason),
        }),
    );
  }

  /** Rejects where nobody listens. */
  static async start(plan: LoadPlan): Promise<LoadRun> {
    const run = new LoadRun(plan);
    try {
      await Promise.all(run.#connections.map((connection) => connection.open()));
    } catch (error) {
      for (const connection of run.#connections) connection.close();
      throw error;
    }
    run.#begin();
    return run;
  }

  /** What was seen since the last call. */
  slice(): LoadSlice {
    const now = performance.now();
    const due = this.#countDue(now);
    const seconds = (now - this.#sliceBegan) / 1000;
    const utilization = performance.eventLoopUtilization(this.#utilization).utilization;
    // The monitor counts its own interval as delay.
    const delay = this.#delay.percentile(99) / 1e6 - delayResolutionMilliseconds;
    const slice: LoadSlice = {
      seconds,
      milliseconds: Float64Array.from(this.#milliseconds),
      errors: this.#errors,
      due: due - this.#dueBefore,
      waiting: due - this.#finished,
      unansweredMilliseconds: new Float64Array(),
      generator: { utilization, delayP99Milliseconds: Math.max(0, delay) },
    };
    this.#dueBefore = due;
    this.#sliceBegan = now;
    this.#milliseconds = [];
    this.#errors = {};
    this.#utilization = performance.eventLoopUtilization();
    this.#delay.reset();
    return slice;
  }

  /**
   * Sends nothing that is due from now on, and waits for the answers to all that was, at most so long. What is not
   * answered by then is told with its age: left out, it would be the latencies that are worst.
   */
  async end(drainMilliseconds: number): Promise<LoadSlice> {
    const begin = performance.now();
    this.#endsAt = begin;
    while (performance.now() - begin < drainMilliseconds && this.#countDue(begin) > this.#finished) {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    if (this.#pacing) clearTimeout(this.#pacing);
    this.#delay.disable();
    const now = performance.now();
    const sent = this.#connections.flatMap(({ due }) => (due === null ? [] : [due]));
    const unsent: number[] = [];
    for (let due = this.#takeDue(); due !== null; due = this.#takeDue()) unsent.push(due);
    for (const connection of this.#connections) connection.close();
    return {
      ...this.slice(),
      unansweredMilliseconds: Float64Array.from([...sent, ...unsent], (due) => now - due),
    };
  }

  #begin(): void {
    this.#began = performance.now();
    this.#sliceBegan = this.#began;
    if (this.#arrivals && this.#counted) {
      this.#nextDue = this.#began + this.#arrivals();
      this.#nextCounted = this.#began + this.#counted();
    }
    this.#utilization = performance.eventLoopUtilization();
    this.#delay.enable();
    for (const connection of this.#connections) this.#next(connection);
    if (this.#rate) this.#pace();
  }

  /** When the next request is due; null when none is. */
  #takeDue(): number | null {
    const now = Math.min(performance.now(), this.#endsAt);
    if (this.#arrivals === null) return this.#endsAt <= now ? null : now;
    if (this.#nextDue > now) return null;
    const due = this.#nextDue;
    this.#nextDue = this.#began + this.#arrivals();
    return due;
  }

  #next(connection: LoadConnection): void {
    const due = this.#takeDue();
    if (due === null) {
      this.#free.push(connection);
      return;
    }
    connection.send(due, this.#requests[this.#sent++ % this.#requests.length]!);
  }

  #forget(connection: LoadConnection): void {
    const place = this.#free.indexOf(connection);
    if (place >= 0) this.#free.splice(place, 1);
  }

  #answered(due: number, status: number): void {
    if (status === 200) {
      this.#finished++;
      this.#milliseconds.push(performance.now() - due);
    } else this.#fail(String(status));
  }

  #fail(reason: string): void {
    this.#finished++;
    this.#errors[reason] = (this.#errors[reason] ?? 0) + 1;
  }

  /** Requests that were due by then. */
  #countDue(now: number): number {
    if (this.#counted === null) return this.#sent;
    const until = Math.min(now, this.#endsAt);
    while (this.#nextCounted <= until) {
      this.#due++;
      this.#nextCounted = this.#began + this.#counted();
    }
    return this.#due;
  }

  /** Wakes connections for what has become due. Timers are coarse, so what has become due meanwhile goes out together. */
  #pace(): void {
    while (this.#free.length > 0 && this.#nextDue <= Math.min(performance.now(), this.#endsAt)) {
      this.#next(this.#free.pop()!);
    }
    this.#pacing = setTimeout(() => this.#pace(), 0.5);
  }
}
