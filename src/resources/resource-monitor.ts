import { type MessagePort, Worker } from 'node:worker_threads';
import type { Logger } from '../logger.ts';
import type { PlacedThread, ThreadPlacement } from '../threads/thread-placement.ts';
import type { LaneReading } from './lane-reading.ts';
import type { ResourceSample } from './resource-sample.ts';
import type { FromResourcesThread, ResourcesThreadData, ToResourcesThread } from './resources-message.ts';

export interface ResourceMonitorOptions {
  readonly placement: ThreadPlacement;
  /** Of `ComparisonLog.openResourcePort`; moves over to the thread. */
  readonly logPort: MessagePort;
  readonly logger: Logger;
  /** What the lanes count, whenever it is asked for. */
  readonly readings: () => Promise<readonly LaneReading[]>;
  readonly onPlaced: (placed: PlacedThread) => void;
  readonly intervalMs?: number;
  readonly now?: () => number;
  /** NVML's file; the system's when left out. */
  readonly nvmlLibrary?: string;
}

/** A thread that yields may take long under load; what is known already is better than to wait. */
const patienceMs = 2000;

/** What models and the server cost, sampled once a second on a thread of its own: nothing is read on the main thread. */
export class ResourceMonitor implements AsyncDisposable {
  readonly #options: ResourceMonitorOptions;
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  readonly #timer: NodeJS.Timeout;
  readonly #waiting = new Map<number, (sample: ResourceSample | null) => void>();
  readonly #now: () => number;
  #nextId = 1;
  #latest: ResourceSample | null = null;
  /** The sample that `upToNow` waits for. */
  #asked: Promise<void> | null = null;
  #ticking = false;
  #failing = false;
  #ended = false;

  constructor(options: ResourceMonitorOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    const { placement, logPort, logger, nvmlLibrary = null } = options;
    this.#worker = new Worker(new URL('./resources-thread.ts', import.meta.url), {
      name: placement.name,
      workerData: { placement, logPort, nvmlLibrary } satisfies ResourcesThreadData,
      transferList: [logPort],
    });
    this.#worker.on('message', (message: FromResourcesThread) => this.#receive(message));
    this.#worker.on('error', (error) =>
      logger.error(
        { err: error },
        'the resources thread has failed; what models cost is not measured any more',
      ),
    );
    this.#exited = new Promise((resolve) => {
      this.#worker.once('exit', () => {
        this.#ended = true;
        for (const answer of this.#waiting.values()) answer(null);
        this.#waiting.clear();
        resolve();
      });
    });
    this.#timer = setInterval(() => void this.#tick(), options.intervalMs ?? 1000).unref();
    void this.#tick();
  }

  /** The last sample; null before the first. */
  get latest(): ResourceSample | null {
    return this.#latest;
  }

  /** Sums up to now, or as of the last second where that takes too long. Its figures per second are those of the last one. */
  async upToNow(): Promise<ResourceSample | null> {
    // However many ask, the thread is asked once at a time: one that hangs must not gather what waits for it.
    this.#asked ??= this.#take(false).finally(() => {
      this.#asked = null;
    });
    await within(patienceMs, this.#asked);
    return this.#latest;
  }

  /** A thread that hangs, in a driver say, is left to end with the process. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    // The last part of a second belongs to the log, too.
    await within(patienceMs, this.#take(true));
    this.#post({ kind: 'close' });
    await within(patienceMs, this.#exited);
    this.#worker.unref();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #tick(): Promise<void> {
    // Where samples take longer than a second there are fewer of them.
    if (this.#ticking) return;
    this.#ticking = true;
    await this.#take(true);
    this.#ticking = false;
  }

  async #take(tick: boolean): Promise<void> {
    let readings: readonly LaneReading[];
    try {
      readings = await this.#options.readings();
    } catch (error) {
      this.#options.logger.error({ err: error }, 'what the lanes count could not be read');
      return;
    }
    if (this.#ended) return;
    const id = this.#nextId++;
    const sample = await new Promise<ResourceSample | null>((resolve) => {
      this.#waiting.set(id, resolve);
      this.#post({ kind: 'take', id, readings, timestampMs: this.#now(), tick });
    });
    if (sample) this.#latest = sample;
  }

  #post(message: ToResourcesThread): void {
    this.#worker.postMessage(message);
  }

  #receive(message: FromResourcesThread): void {
    const { logger } = this.#options;
    switch (message.kind) {
      case 'placed':
        this.#options.onPlaced(message.placed);
        break;
      case 'remark':
        logger.warn({}, message.sentence);
        break;
      case 'sample':
        this.#failing = false;
        this.#answer(message.id, message.sample);
        break;
      case 'failed':
        if (!this.#failing) logger.warn({}, `what models cost cannot be measured: ${message.sentence}`);
        this.#failing = true;
        this.#answer(message.id, null);
        break;
    }
  }

  #answer(id: number, sample: ResourceSample | null): void {
    this.#waiting.get(id)?.(sample);
    this.#waiting.delete(id);
  }
}

/** Resolves when the promise has, or when so much time has passed. */
async function within(limitMs: number, promise: Promise<void>): Promise<void> {
  const { promise: limit, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, limitMs);
  await Promise.race([promise, limit]);
  clearTimeout(timer);
}
