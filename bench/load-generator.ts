import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

export interface LoadOrder {
  readonly address: string;
  readonly body: string;
  readonly seconds: number;
  readonly connections: number;
  /** Requests per second that are due whatever the server does; 0 for a closed loop. */
  readonly rate: number;
}

export interface LoadResult {
  readonly requestsPerSecond: number;
  readonly failed: number;
  /** Of every request, ascending. For who merges several runs: percentiles cannot be. */
  readonly milliseconds: Float64Array;
}

/** The value below which a share of them lies; they must be ascending. */
export function quantile(ascending: ArrayLike<number>, share: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(share * ascending.length))]!;
}

/** Load from a process of its own, so that neither server nor bench wait for each other. */
export class LoadGenerator implements Disposable {
  readonly #child: ChildProcess = fork(new URL('./load.ts', import.meta.url), { serialization: 'advanced' });

  /** One at a time. */
  async run(order: LoadOrder): Promise<LoadResult> {
    this.#child.send(order);
    const done = new AbortController();
    const { signal } = done;
    const answered = once(this.#child, 'message', { signal }) as Promise<[LoadResult]>;
    const ended = once(this.#child, 'exit', { signal }).then(([code]) =>
      Promise.reject(new Error(`the load generator ended with ${String(code)}`)),
    );
    const [result] = await Promise.race([answered, ended]);
    // What still listens is told to stop; nobody waits for it.
    done.abort();
    return result;
  }

  [Symbol.dispose](): void {
    this.#child.kill();
  }
}
