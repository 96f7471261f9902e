import { monotonicMicroseconds } from '../../clock.ts';
import { UnderstudyError } from '../../errors.ts';
import { type BatchClaim, takeClaim } from '../messages/batch-claim.ts';
import type { LaneReply } from '../messages/reply-batch.ts';
import type { LaneRequest } from '../messages/request-batch.ts';
import { loadModel, type ModelInMemory } from '../model/load-model.ts';
import type { InstanceOptions, LoadedModel } from '../model/loaded-model.ts';
import type { Observer } from '../observer.ts';
import { answerTo } from './answer-to.ts';
import { BatchRunner } from './batch-runner.ts';
import { ContainedObserver } from './contained-observer.ts';
import { CpuMeter } from './cpu-meter.ts';
import { handledOf, timingsOf } from './handled.ts';
import { type DecodedJob, RequestDecoder } from './request-decoder.ts';
import { servedRequest } from './served-request.ts';

/** One loaded version in one worker: decode · batch · run · encode, then show the observer. */
export class Instance {
  readonly #model: ModelInMemory;
  readonly #runner: BatchRunner;
  readonly #claim: BatchClaim | null;
  readonly #cpu = new CpuMeter();
  readonly #decoder: RequestDecoder;
  readonly #observer = new ContainedObserver();

  private constructor(model: ModelInMemory, maxBatchSize: number, claim: BatchClaim | null) {
    this.#model = model;
    this.#claim = claim;
    this.#runner = new BatchRunner(model, maxBatchSize);
    this.#decoder = new RequestDecoder(model.loaded.signature);
  }

  /**
   * @param claim null where nobody gives batches up
   * @throws as `loadModel` does
   */
  static async load(options: InstanceOptions, claim: BatchClaim | null): Promise<Instance> {
    return new Instance(await loadModel(options), options.maxBatchSize, claim);
  }

  get loaded(): LoadedModel {
    return this.#model.loaded;
  }

  /** How many times the model ran so far. */
  get executions(): number {
    return this.#runner.executions;
  }

  /** CPU time of this worker's thread since the model was loaded, microseconds. */
  get cpuMicroseconds(): number {
    return this.#cpu.totalMicroseconds;
  }

  /** As `BatchRunner.arenaBytes`. */
  get arenaBytes(): number {
    return this.#runner.arenaBytes;
  }

  observeWith(observer: Observer): void {
    this.#observer.set(observer);
  }

  /** What the observer last failed on, told once; it never shows in a reply. */
  takeObserverFailure(): string | null {
    return this.#observer.takeFailure();
  }

  /** One reply per request, in order; never rejects for what a request holds. */
  async serve(requests: readonly LaneRequest[]): Promise<LaneReply[]> {
    this.#cpu.read();
    const began = monotonicMicroseconds();
    const jobs = requests.map((request) => this.#decoder.decode(request));
    const inputMicroseconds = (monotonicMicroseconds() - began) / requests.length;
    const results = await this.#runner.run(
      jobs.filter((job): job is DecodedJob => !(job instanceof UnderstudyError)),
    );
    // A batch that was given up is accounted for already: nobody is shown it.
    const isGivenUp = this.#claim !== null && !takeClaim(this.#claim);
    const ended = monotonicMicroseconds();
    const handled = jobs.map((job) => handledOf(job, results, this.loaded.reading));
    const answers = requests.map((request, i) => answerTo(request, handled[i]!, this.loaded));
    const outputMicroseconds = (monotonicMicroseconds() - ended) / requests.length;
    const replies = requests.map((request, i): LaneReply => {
      const timings = timingsOf(request, handled[i]!, ended);
      const seen = servedRequest(request, handled[i]!, timings, this.#cpu.microsecondsPerRow);
      const notice = seen === null || isGivenUp ? null : this.#observer.observe(seen);
      return { unserved: null, ...answers[i]!, ...timings, inputMicroseconds, outputMicroseconds, notice };
    });
    for (const { rows } of replies) this.#cpu.addRows(rows);
    if (!isGivenUp) this.#observer.endOfBatch();
    return replies;
  }

  async release(): Promise<void> {
    await this.#model.session.release();
  }
}
