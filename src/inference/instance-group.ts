import type { Transferable } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { UnderstudyError } from '../errors.ts';
import type { InstanceOptions, LoadedModel } from './loaded-model.ts';
import type { ObserverModule } from './observer.ts';
import { type LaneReply, unpackReplies } from './reply-batch.ts';
import { type LaneRequest, packRequests } from './request-batch.ts';
import type { WorkerAnswer, WorkerTask, WorkerUsage } from './worker.ts';

/** Makes the observer of one worker; called once per worker, since ports can be given away only once. */
export type ObserverSource = () => {
  readonly module: ObserverModule;
  readonly transfer: readonly Transferable[];
};

export interface InstanceGroupOptions {
  readonly instance: Omit<InstanceOptions, 'observer'>;
  /** Number of instances, each a worker with a session of its own. */
  readonly count: number;
  readonly observer: ObserverSource | null;
  /** Told what an observer failed on; requests are served all the same. */
  readonly onObserverFailure: (sentence: string) => void;
}

/** What a group has cost so far. */
export interface GroupCounters {
  readonly executions: number;
  /** Thread CPU time of its workers while they served, microseconds. */
  readonly cpuMicroseconds: number;
  /** JavaScript heaps of its workers, bytes. */
  readonly heapBytes: number;
}

const worker = new URL('./worker.ts', import.meta.url).href;

/** The piscina pool that runs one version in one role. */
export class InstanceGroup {
  readonly loaded: LoadedModel;
  readonly count: number;
  readonly #pool: Piscina<WorkerTask, WorkerAnswer>;
  readonly #options: InstanceGroupOptions;
  /** By thread: a worker that dies keeps what it has used. */
  readonly #usage = new Map<number, WorkerUsage>();

  private constructor(
    pool: Piscina<WorkerTask, WorkerAnswer>,
    options: InstanceGroupOptions,
    loaded: LoadedModel,
  ) {
    this.#pool = pool;
    this.#options = options;
    this.count = options.count;
    this.loaded = loaded;
  }

  /** @throws UnderstudyError MODEL_NOT_READY with the reason why the version cannot be served */
  static async start(options: InstanceGroupOptions): Promise<InstanceGroup> {
    const pool = new Piscina<WorkerTask, WorkerAnswer>({
      filename: worker,
      minThreads: options.count,
      maxThreads: options.count,
      idleTimeout: Number.POSITIVE_INFINITY,
      concurrentTasksPerWorker: 1,
      recordTiming: false,
      workerHistogram: false,
    });
    try {
      // As many at once as there are workers: each takes one, and none is free before it has loaded.
      const answers = await Promise.all(Array.from({ length: options.count }, () => load(pool, options)));
      return new InstanceGroup(pool, options, answers[0]!);
    } catch (error) {
      await pool.close();
      throw error;
    }
  }

  get counters(): GroupCounters {
    const sum = { executions: 0, cpuMicroseconds: 0, heapBytes: 0 };
    for (const usage of this.#usage.values()) {
      sum.executions += usage.executions;
      sum.cpuMicroseconds += usage.cpuMicroseconds;
      sum.heapBytes += usage.heapBytes;
    }
    return sum;
  }

  /** One reply per request, in order. Rejects only when the worker itself failed. */
  async serve(requests: readonly LaneRequest[]): Promise<LaneReply[]> {
    for (let attempt = 0; attempt <= this.count; attempt++) {
      const packed = packRequests(requests);
      const answer = await this.#pool.run(
        { kind: 'serve', requests: packed },
        { transferList: [packed.bytes, packed.table.buffer as ArrayBuffer] },
      );
      if (answer.kind === 'served') {
        this.#usage.set(answer.usage.threadId, answer.usage);
        if (answer.observerFailure !== null) this.#options.onObserverFailure(answer.observerFailure);
        return unpackReplies(answer.replies);
      }
      // A worker died and was replaced; the new one has no model yet.
      await load(this.#pool, this.#options);
    }
    throw new UnderstudyError(
      'MODEL_NOT_READY',
      'the workers of this model keep dying; the log has the details',
    );
  }

  /** Waits for what is running; a worker that runs is never terminated, since that would abort the process. */
  async close(): Promise<void> {
    await Promise.all(Array.from({ length: this.count }, () => this.#pool.run({ kind: 'release' })));
    await this.#pool.close();
  }
}

async function load(
  pool: Piscina<WorkerTask, WorkerAnswer>,
  options: InstanceGroupOptions,
): Promise<LoadedModel> {
  const observer = options.observer?.();
  const task: WorkerTask = {
    kind: 'load',
    options: { ...options.instance, observer: observer?.module ?? null },
  };
  const answer = await pool.run(task, { transferList: [...(observer?.transfer ?? [])] as never });
  if (answer.kind === 'loaded') return answer.loaded;
  throw new UnderstudyError(
    'MODEL_NOT_READY',
    answer.kind === 'refused' ? answer.reason : 'the worker did not load',
  );
}
