import { randomUUID } from 'node:crypto';
import { monotonicMicroseconds } from '../../clock.ts';
import { sentenceOf, UnderstudyError } from '../../errors.ts';
import { decodeInferRequest } from '../../protocol/decode-infer-request.ts';
import { decodePredictRequest } from '../../protocol/decode-predict-request.ts';
import { encodeError } from '../../protocol/encode-error.ts';
import type { InferRequest } from '../../protocol/infer-request.ts';
import { checkSegmentCount } from '../../protocol/request-context.ts';
import { type BatchClaim, takeClaim } from '../messages/batch-claim.ts';
import type { LaneReply } from '../messages/reply-batch.ts';
import type { LaneRequest } from '../messages/request-batch.ts';
import { loadModel, type ModelInMemory } from '../model/load-model.ts';
import type { InstanceOptions, LoadedModel } from '../model/loaded-model.ts';
import type { Notice, Observer, ServedRequest } from '../observer.ts';
import { readPredictions } from '../outputs/read-predictions.ts';
import { BatchRunner, type Job, type JobResult } from './batch-runner.ts';
import { CpuMeter } from './cpu-meter.ts';
import { type Answer, encodeAnswer } from './encode-answer.ts';
import { rowCount } from './row-batching.ts';

interface DecodedJob extends Job {
  readonly decoded: InferRequest;
  readonly id: string;
}

const nothing: Answer = { body: new Uint8Array(), inferenceHeaderLength: null };

/** One loaded version in one worker: decode · batch · run · encode, then show the observer. */
export class Instance {
  readonly #model: ModelInMemory;
  readonly #runner: BatchRunner;
  readonly #claim: BatchClaim | null;
  readonly #cpu = new CpuMeter();
  #observer: Observer | null = null;
  #observerFailure: string | null = null;
  #isGivenUp = false;
  /** A random start and a count: as unique as random ids, and much cheaper to make. */
  readonly #idPrefix = randomUUID();
  #ids = 0;

  private constructor(model: ModelInMemory, maxBatchSize: number, claim: BatchClaim | null) {
    this.#model = model;
    this.#claim = claim;
    this.#runner = new BatchRunner(model, maxBatchSize);
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
    this.#observer = observer;
  }

  /** What the observer last failed on, told once; it never shows in a reply. */
  takeObserverFailure(): string | null {
    const failure = this.#observerFailure;
    this.#observerFailure = null;
    return failure;
  }

  /** One reply per request, in order; never rejects for what a request holds. */
  async serve(requests: readonly LaneRequest[]): Promise<LaneReply[]> {
    this.#cpu.read();
    const decoded = requests.map((request) => this.#decode(request));
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
    if (!this.#isGivenUp) this.#watched(() => this.#observer?.endOfBatch?.());
    return replies;
  }

  async release(): Promise<void> {
    await this.#model.session.release();
  }

  #newId(): string {
    return `${this.#idPrefix}-${(this.#ids++).toString(36)}`;
  }

  #decode(request: LaneRequest): DecodedJob | UnderstudyError {
    const { signature } = this.loaded;
    try {
      const decoded =
        request.form === 'infer'
          ? decodeInferRequest(request.body, request.inferenceHeaderLength, signature)
          : decodePredictRequest(request.body, signature);
      if (request.context?.segments && decoded.segments) {
        checkSegmentCount(Object.keys({ ...request.context.segments, ...decoded.segments }).length);
      }
      const id = decoded.id ?? request.context?.id ?? (isMirrored(request) ? '' : this.#newId());
      return { decoded, id, inputs: decoded.inputs, rows: rowCount(decoded.inputs) ?? 1 };
    } catch (error) {
      return asUnderstudyError(error);
    }
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
    const notice = this.#observe(request, {
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
      this.#observe(request, {
        id: '',
        entity: null,
        timestampMs: request.arrivedMs,
        segments: {},
        inputs: [],
        outcome: { kind: 'error', code: error.code, sentence: error.message },
        cpuMicroseconds: 0,
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

  #observe(request: LaneRequest, served: Omit<ServedRequest, 'attachment'>): Notice | null {
    if (this.#isGivenUp) return null;
    return (
      this.#watched(() => this.#observer?.observe({ ...served, attachment: request.attachment })) ?? null
    );
  }

  /** Whatever goes wrong while looking on must not reach who is looked at. */
  #watched<Result>(look: () => Result): Result | null {
    try {
      return look();
    } catch (error) {
      this.#observerFailure = sentenceOf(error);
      return null;
    }
  }
}

/** It carries what was observed of it elsewhere: it has been answered already. */
function isMirrored(request: LaneRequest): boolean {
  return request.attachment !== null;
}

function asUnderstudyError(error: unknown): UnderstudyError {
  if (error instanceof UnderstudyError) return error;
  return new UnderstudyError('INTERNAL', `the server failed on this request: ${sentenceOf(error)}`, {
    cause: error,
  });
}
