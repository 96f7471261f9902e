import { UnderstudyError } from '../errors.ts';
import type { LaneBackend } from './lane.ts';
import type { LaneReply } from './messages/reply-batch.ts';
import type { LaneRequest } from './messages/request-batch.ts';
import type { LoadedModel } from './model/loaded-model.ts';
import type { InstanceCounters, InstanceHealth, Run } from './model-instances.ts';
import { OneModel } from './one-model.ts';
import { ModelWorker } from './worker/model-worker.ts';
import type { ModelWorkerOptions } from './worker/model-worker-options.ts';
import { maxLeftBehind } from './worker/replaceable-thread.ts';

export interface InstanceGroupOptions extends ModelWorkerOptions {
  /** Number of instances, each a worker with a session of its own. */
  readonly count: number;
  /** Told of what changed from one load to another; it is among the remarks of `loaded`, too. */
  readonly onRemark?: (sentence: string) => void;
}

/** The workers that run one version in one role. */
export class InstanceGroup implements LaneBackend, InstanceHealth {
  readonly #model: OneModel;
  readonly #options: InstanceGroupOptions;
  #workers: ModelWorker[];
  /** Given up with a run that has not ended. */
  readonly #leftBehind = new Set<ModelWorker>();
  /** Of workers that are no longer there. */
  readonly #former = { executions: 0, cpuMicroseconds: 0, restarts: 0 };
  #isClosing = false;
  /** Called when there is room for another batch that nobody can have known of. */
  onRoom: (() => void) | null = null;

  private constructor(workers: ModelWorker[], model: OneModel, options: InstanceGroupOptions) {
    this.#workers = workers;
    this.#model = model;
    this.#options = options;
    for (const worker of workers) this.#watch(worker);
  }

  /** @throws UnderstudyError MODEL_NOT_READY with the reason why the version cannot be served */
  static async start(options: InstanceGroupOptions): Promise<InstanceGroup> {
    const model = new OneModel(options.onRemark ?? (() => {}));
    const started = await Promise.allSettled(
      Array.from({ length: options.count }, () => ModelWorker.start(options, model.admits)),
    );
    const workers = started.filter((one) => one.status === 'fulfilled').map(({ value }) => value);
    const failed = started.find((one) => one.status === 'rejected');
    if (!failed) return new InstanceGroup(workers, model, options);
    await Promise.all(workers.map((worker) => worker.close()));
    throw failed.reason;
  }

  /** As the last load found it. */
  get loaded(): LoadedModel {
    return this.#model.loaded;
  }

  /** Batches that it can take at once: fewer while workers are being replaced. */
  get count(): number {
    return this.#workers.filter(({ isUp }) => isUp).length;
  }

  get counters(): InstanceCounters {
    let { executions, cpuMicroseconds } = this.#former;
    let heapBytes = 0;
    let arenaBytes = 0;
    for (const { usage } of [...this.#workers, ...this.#leftBehind]) {
      executions += usage?.executions ?? 0;
      cpuMicroseconds += usage?.cpuMicroseconds ?? 0;
      heapBytes += usage?.heapBytes ?? 0;
      arenaBytes += usage?.arenaBytes ?? 0;
    }
    return { executions, cpuMicroseconds, heapBytes, arenaBytes };
  }

  get pids(): readonly number[] {
    return this.#workers.map((worker) => worker.pid).filter((pid) => pid !== null);
  }

  get restarts(): number {
    const all = [...this.#workers, ...this.#leftBehind];
    return all.reduce((sum, worker) => sum + worker.restarts, this.#former.restarts);
  }

  get leftBehind(): number {
    return this.#workers.reduce((sum, worker) => sum + worker.leftBehind, this.#leftBehind.size);
  }

  /** Whether every worker was left behind, with a run or a load, and none takes their place until one of them ends. */
  get isExhausted(): boolean {
    return this.#workers.every(({ isExhausted }) => isExhausted);
  }

  /** One reply per request, in order; rejects as `Run.replies` does. */
  serve(requests: readonly LaneRequest[]): Promise<LaneReply[]> {
    return this.start(requests).replies;
  }

  /** As `serve`, for who may want to give it up. @throws UnderstudyError MODEL_NOT_READY when no worker is free */
  start(requests: readonly LaneRequest[]): Run {
    const worker = this.#workers.find(({ isIdle }) => isIdle);
    if (!worker) throw new UnderstudyError('MODEL_NOT_READY', 'its workers are being replaced; retry later');
    const run = worker.start(requests);
    return {
      replies: run.replies,
      abandon: () => {
        if (!run.abandon()) return false;
        this.#replace(worker);
        return true;
      },
    };
  }

  /** Waits for what is running, but for what was given up. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await Promise.all(this.#workers.map((worker) => worker.close()));
  }

  /** A process can be ended, and comes back by itself; a thread is left behind until its run ends. */
  #replace(worker: ModelWorker): void {
    if (this.#options.isolation === 'process') return;
    this.#workers = this.#workers.filter((other) => other !== worker);
    this.#leftBehind.add(worker);
    if (this.#leftBehind.size <= maxLeftBehind) this.#addWorker();
    worker.onReady = null;
    worker.close().then(
      () => this.#forget(worker),
      () => this.#forget(worker),
    );
  }

  #forget(worker: ModelWorker): void {
    this.#leftBehind.delete(worker);
    this.#former.executions += worker.usage?.executions ?? 0;
    this.#former.cpuMicroseconds += worker.usage?.cpuMicroseconds ?? 0;
    this.#former.restarts += worker.restarts;
    if (this.#workers.length < this.#options.count) this.#addWorker();
  }

  #addWorker(): void {
    if (this.#isClosing) return;
    const worker = ModelWorker.startLater(this.#options, this.#model.admits);
    this.#workers.push(worker);
    this.#watch(worker);
  }

  #watch(worker: ModelWorker): void {
    worker.onReady = () => this.onRoom?.();
  }
}
