import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadPlan, LoadSlice } from './load-plan.ts';

export type LoadCommand =
  | { readonly kind: 'start'; readonly plan: LoadPlan }
  | { readonly kind: 'slice' }
  | { readonly kind: 'end'; readonly drainMilliseconds: number };

export type LoadReport =
  | { readonly kind: 'started' }
  | { readonly kind: 'slice'; readonly slice: LoadSlice }
  | { readonly kind: 'failed'; readonly reason: string };

const settleMilliseconds = 400;
const drainMilliseconds = 5000;

/** Load from a process of its own, so that neither server nor bench wait for each other. */
export class LoadGenerator implements Disposable {
  readonly #child: ChildProcess = fork(new URL('./load.ts', import.meta.url), { serialization: 'advanced' });
  /** Rejects when it has ended, also between two orders. */
  readonly #ended: Promise<never>;

  constructor() {
    this.#ended = once(this.#child, 'exit').then(([code]) => {
      throw new Error(`the load generator ended with ${String(code)}`);
    });
    // Who asks next is told.
    this.#ended.catch(() => {});
  }

  /** Rejects where nobody listens. One load at a time. */
  async start(plan: LoadPlan): Promise<void> {
    await this.#ask({ kind: 'start', plan });
  }

  /** What was seen since the start or the last slice, while the load goes on. */
  slice(): Promise<LoadSlice> {
    return this.#askSlice({ kind: 'slice' });
  }

  /** Ends the load: see `LoadRun.end`. */
  end(drainMilliseconds: number): Promise<LoadSlice> {
    return this.#askSlice({ kind: 'end', drainMilliseconds });
  }

  /** Load for some time, after some that does not count, and what was still under way then. One at a time. */
  async measure(plan: LoadPlan, seconds: number): Promise<{ slice: LoadSlice; rest: LoadSlice }> {
    await this.start(plan);
    await sleep(settleMilliseconds);
    await this.slice();
    await sleep(seconds * 1000);
    const slice = await this.slice();
    return { slice, rest: await this.end(drainMilliseconds) };
  }

  [Symbol.dispose](): void {
    this.#child.kill();
  }

  async #askSlice(command: LoadCommand): Promise<LoadSlice> {
    const report = await this.#ask(command);
    if (report.kind !== 'slice')
      throw new Error(`the load generator answered ${report.kind} to ${command.kind}`);
    return report.slice;
  }

  async #ask(command: LoadCommand): Promise<LoadReport> {
    // That it could not be sent is told by the end of who should have had it.
    this.#child.send(command, () => {});
    const done = new AbortController();
    const answered = once(this.#child, 'message', { signal: done.signal }) as Promise<[LoadReport]>;
    answered.catch(() => {});
    const [report] = await Promise.race([answered, this.#ended]).finally(() => done.abort());
    if (report.kind === 'failed') throw new Error(report.reason);
    return report;
  }
}
