import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Transferable } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { monotonicMicroseconds } from '../../../src/clock.ts';
import { defaultDeployment } from '../../../src/config/read-deployment.ts';
import { type BatchClaim, createClaim, freeClaim } from '../../../src/inference/messages/batch-claim.ts';
import { type LaneReply, unpackReplies } from '../../../src/inference/messages/reply-batch.ts';
import { type LaneRequest, packRequests } from '../../../src/inference/messages/request-batch.ts';
import type { WorkerAnswer, WorkerTask } from '../../../src/inference/messages/worker-task.ts';
import type { ObserverModule } from '../../../src/inference/observer.ts';
import type { ThreadPlacement } from '../../../src/threads/thread-placement.ts';

export interface PoolLoad {
  readonly path: string;
  readonly observer?: ObserverModule;
  readonly transfer?: readonly Transferable[];
  readonly memoryLimitBytes?: number;
  readonly thread?: ThreadPlacement;
}

/** One worker or relay in a pool, spoken to as an instance group does. */
export class WorkerPool implements AsyncDisposable {
  readonly claim: BatchClaim = createClaim();
  readonly #pool: Piscina<WorkerTask, WorkerAnswer>;

  constructor(file: 'instance/worker' | 'process/relay', execArgv: readonly string[] = []) {
    this.#pool = new Piscina<WorkerTask, WorkerAnswer>({
      filename: new URL(`../../../src/inference/${file}.ts`, import.meta.url).href,
      minThreads: 1,
      maxThreads: 1,
      idleTimeout: Number.POSITIVE_INFINITY,
      concurrentTasksPerWorker: 1,
      atomics: file === 'instance/worker' ? 'sync' : 'disabled',
      execArgv: [...execArgv],
    });
  }

  load({ path, observer, transfer = [], memoryLimitBytes, thread }: PoolLoad): Promise<WorkerAnswer> {
    const task: WorkerTask = {
      kind: 'load',
      options: {
        ...{ model: 'fraud', version: '8', path, maxBatchSize: 64, config: defaultDeployment },
        placement: { executionProvider: 'cpu', device: 0, threads: 2, arbiter: null },
        observer: observer ?? null,
        thread: thread ?? { role: 'shadow', name: '8 fraud', yielding: 'never', cpus: null },
      },
      memoryLimitBytes: memoryLimitBytes ?? null,
      claim: this.claim,
    };
    return this.#pool.run(task, { transferList: [...transfer] as never });
  }

  /** Loads and says which process has it. */
  async loadProcess(load: PoolLoad): Promise<number> {
    const answer = await this.load(load);
    if (answer.kind !== 'loaded' || answer.pid === null) throw new Error(JSON.stringify(answer));
    return answer.pid;
  }

  serve(requests: readonly LaneRequest[]): Promise<WorkerAnswer> {
    freeClaim(this.claim);
    const packed = packRequests(requests);
    return this.#pool.run(
      { kind: 'serve', requests: packed },
      { transferList: [packed.bytes, packed.table.buffer as ArrayBuffer] },
    );
  }

  async replies(requests: readonly LaneRequest[]): Promise<LaneReply[]> {
    return unpackReplies((await this.served(requests)).replies);
  }

  async served(requests: readonly LaneRequest[]): Promise<Extract<WorkerAnswer, { kind: 'served' }>> {
    const answer = await this.serve(requests);
    if (answer.kind !== 'served') throw new Error(JSON.stringify(answer));
    return answer;
  }

  release(): Promise<WorkerAnswer> {
    return this.#pool.run({ kind: 'release' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
    await this.#pool.close();
  }
}

export function predict(id: string, x: readonly number[] = [1, 2, 3, 4]): LaneRequest {
  return {
    ...{
      form: 'predict',
      inferenceHeaderLength: null,
      context: null,
      attachment: null,
      priority: 0,
      deadlineMicroseconds: null,
      trace: null,
      arrivedMs: 1000,
    },
    body: Buffer.from(JSON.stringify({ id, features: { x } })),
    arrivedMicroseconds: monotonicMicroseconds(),
  };
}

/** An observer of these tests, which does what the id of a request says. */
export function observing(options: object): ObserverModule {
  return { url: new URL('./observer.ts', import.meta.url).href, options };
}

/** What is gone has no entry, and a zombie has one. */
export function isThere(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}

export async function until(condition: () => boolean, timeoutMs = 10_000): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return true;
}

/** Processes that this one started, zombies included. */
export function childrenOfThisProcess(): number[] {
  return readdirSync('/proc/self/task').flatMap((thread) =>
    readFileSync(`/proc/self/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
}
