import { monotonicMicroseconds } from '../../clock.ts';
import { UnderstudyError } from '../../errors.ts';
import { encodeError } from '../../protocol/encode-error.ts';
import { type BatchClaim, takeClaim } from '../messages/batch-claim.ts';
import type { LaneReply } from '../messages/reply-batch.ts';
import { isMirrored, type LaneRequest } from '../messages/request-batch.ts';
import { loadModel, type ModelInMemory } from '../model/load-model.ts';
import type { InstanceOptions, LoadedModel } from '../model/loaded-model.ts';
import type { Notice, Observer, ServedRequest } from '../observer.ts';
import { readPredictions } from '../outputs/read-predictions.ts';
import { asUnderstudyError } from './as-understudy-error.ts';
import { BatchRunner, type JobResult } from './batch-runner.ts';
import { ContainedObserver } from './contained-observer.ts';
import { CpuMeter } from './cpu-meter.ts';
import { type Answer, encodeAnswer } from './encode-answer.ts';
import { type DecodedJob, RequestDecoder } from './request-decoder.ts';

const nothing: Answer = { body: new Uint8Array(), inferenceHeaderLength: null };

/** One loaded version in one worker: decode · batch · run · encode, then show the observer. */
export class Instance {
  readonly #model: ModelInMemory;
  readonly #runner: BatchRunner;
  readonly #claim: BatchClaim | null;
  readonly #cpu = new CpuMeter();
  readonly #decoder: RequestDecoder;
  readonly #observer = new ContainedObserver();
  #isGivenUp = false;

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
    const decoded = requests.map((request) => this.#decoder.decode(request));
    const results = await this.#runner.run(
      decoded.filter((job): job is DecodedJob => !(job instanceof UnderstudyError)),
    );
    // A batch that was given up is accounted for already: nobody is shown it.
    this.#isGivenUp = this.#claim !== null && !takeClaim(this.#claim);
    const replies = requests.map((request, i) => {
      const job = decoded[i]!;
      return job instanceof UnderstudyError
        ? this.#refuse(request, job)
        : this.#reply(request, job, results.get(job)!);
    });
    if (!this.#isGivenUp) this.#observer.endOfBatch();
    return replies;
  }

  async release(): Promise<void> {
    await this.#model.session.release();
  }

  #reply(request: LaneRequest, { decoded, id, rows }: DecodedJob, result: JobResult): LaneReply {
    const timings = {
      rows,
      queueMicroseconds: Math.max(0, result.startedMicroseconds - request.arrivedMicroseconds),
      computeMicroseconds: result.computeMicroseconds,
    };
    const { outcome } = result;
    const predictions = (): ReturnType<typeof readPredictions> =>
      outcome.kind === 'ok' ? readPredictions(outcome.outputs, this.loaded.reading) : [];
    let status = 200;
    let answer = nothing;
    try {
      if (outcome.kind === 'error') throw outcome.error;
      // Nobody waits for the answer to a mirrored request: encoding it would be work for nothing.
      if (!isMirrored(request)) {
        answer = encodeAnswer(decoded, id, outcome.outputs, predictions, this.loaded);
      }
    } catch (thrown) {
      const error = asUnderstudyError(thrown);
      status = error.status;
      answer = { body: encodeError(error), inferenceHeaderLength: null };
    }
    const notice = this.#observe({
      id,
      entity: decoded.entity ?? request.context?.entity ?? null,
      timestampMs: decoded.timestampMs ?? request.context?.timestampMs ?? request.arrivedMs,
      segments: { ...request.context?.segments, ...decoded.segments },
      inputs: decoded.inputs,
      outcome:
        outcome.kind === 'ok'
          ? { kind: 'ok', predictions }
          : { kind: 'error', code: outcome.error.code, sentence: outcome.error.message },
      cpuMicroseconds: this.#cpu.microsecondsPerRow * rows,
      attachment: request.attachment,
      ...timings,
    });
    this.#cpu.addRows(rows);
    return { unserved: null, status, ...answer, ...timings, notice };
  }

  #refuse(request: LaneRequest, error: UnderstudyError): LaneReply {
    const timings = {
      rows: 0,
      queueMicroseconds: Math.max(0, monotonicMicroseconds() - request.arrivedMicroseconds),
      computeMicroseconds: 0,
    };
    // A mirrored request that cannot be read is an observation too: the primary could read it.
    if (isMirrored(request)) {
      this.#observe({
        id: '',
        entity: null,
        timestampMs: request.arrivedMs,
        segments: {},
        inputs: [],
        outcome: { kind: 'error', code: error.code, sentence: error.message },
        cpuMicroseconds: 0,
        attachment: request.attachment,
        ...timings,
      });
    }
    return {
      unserved: null,
      status: error.status,
      body: encodeError(error),
      inferenceHeaderLength: null,
      ...timings,
      notice: null,
    };
  }

  #observe(served: ServedRequest): Notice | null {
    return this.#isGivenUp ? null : this.#observer.observe(served);
  }
}
