import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { monotonicMicroseconds } from '../clock.ts';
import { sentenceOf, UnderstudyError } from '../errors.ts';
import { decodeInferRequest } from '../protocol/decode-infer-request.ts';
import { decodePredictRequest } from '../protocol/decode-predict-request.ts';
import { encodeError } from '../protocol/encode-error.ts';
import { encodeInferReply } from '../protocol/encode-infer-reply.ts';
import { encodePredictReply } from '../protocol/encode-predict-reply.ts';
import type { InferRequest } from '../protocol/infer-request.ts';
import type { ModelSignature } from '../protocol/signature.ts';
import type { Tensor } from '../protocol/tensor.ts';
import { inspectModel } from '../repository/onnx/inspect-model.ts';
import type { InstanceOptions, LoadedModel } from './loaded-model.ts';
import type { Notice, Observer, ServedRequest } from './observer.ts';
import { OnnxSession } from './onnx-session.ts';
import { decideReading } from './output-reading.ts';
import { probeModel } from './probe.ts';
import { readPredictions } from './read-predictions.ts';
import type { LaneReply } from './reply-batch.ts';
import type { LaneRequest } from './request-batch.ts';
import { hasRowDimension, joinRows, rowCount, shapeKey, sliceRows } from './row-batching.ts';

/** A request on its way through a batch. */
interface Served {
  readonly request: LaneRequest;
  readonly decoded: InferRequest;
  readonly id: string;
  readonly rows: number;
  outcome: Outcome;
  queueMicroseconds: number;
  computeMicroseconds: number;
  cpuMicroseconds: number;
}

type Outcome =
  | { readonly kind: 'pending' }
  | { readonly kind: 'ok'; readonly outputs: readonly Tensor[] }
  | { readonly kind: 'error'; readonly error: UnderstudyError };

/** One loaded version in one worker: decode · batch · run · encode, then show the observer. */
export class Instance {
  readonly loaded: LoadedModel;
  readonly #session: OnnxSession;
  readonly #options: InstanceOptions;
  /** Inputs the model is known to run on: tells a bad input from a broken model. */
  readonly #knownGood: readonly Tensor[] | null;
  #batching: boolean;
  #observer: Observer | null = null;
  #observerFailure: string | null = null;
  #executions = 0;

  private constructor(
    session: OnnxSession,
    options: InstanceOptions,
    loaded: LoadedModel,
    knownGood: readonly Tensor[] | null,
  ) {
    this.#session = session;
    this.#options = options;
    this.#knownGood = knownGood;
    this.#batching = loaded.batching;
    this.loaded = loaded;
  }

  /** @throws UnderstudyError MODEL_NOT_READY with the reason why the version cannot be served */
  static async load(options: InstanceOptions): Promise<Instance> {
    const started = performance.now();
    const memoryBefore = process.memoryUsage.rss();
    const bytes = await readFile(options.path);
    const inspected = inspectModel(bytes, dirname(options.path));
    const session = await OnnxSession.create(inspected.bytes ?? options.path, options.placement);
    const probe = await probeModel(session);
    const remarks = [...session.remarks];
    const reading = decideReading({ ...session, ...inspected, probed: probe.outputs }, options.config);
    if (reading.kind === 'opaque') remarks.push(`predictions are not compared: ${reading.why}`);
    const rowWise = hasRowDimension([...session.inputs, ...session.outputs]);
    if (rowWise && !probe.rowsAreIndependent) {
      remarks.push(
        'requests are not batched: rows run together did not give what they give alone when tried',
      );
    }
    const signature: ModelSignature = {
      model: options.model,
      version: options.version,
      inputs: session.inputs,
      outputs: session.outputs,
      featureNames: options.config.features ?? inspected.featureNames,
    };
    return new Instance(
      session,
      options,
      {
        signature,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        provider: session.provider,
        reading,
        batching: rowWise && probe.rowsAreIndependent && options.maxBatchSize > 1,
        remarks,
        loadMilliseconds: performance.now() - started,
        memoryBytes: Math.max(0, process.memoryUsage.rss() - memoryBefore),
      },
      probe.inputs,
    );
  }

  observeWith(observer: Observer): void {
    this.#observer = observer;
  }

  /** How many times the model ran so far. */
  get executions(): number {
    return this.#executions;
  }

  /** One reply per request, in order; never rejects for what a request holds. */
  async serve(requests: readonly LaneRequest[]): Promise<LaneReply[]> {
    const replies = new Array<LaneReply>(requests.length);
    const served = new Map<number, Served>();
    requests.forEach((request, i) => {
      const decoded = this.#decode(request);
      if (decoded instanceof UnderstudyError) replies[i] = this.#refuse(request, decoded);
      else served.set(i, decoded);
    });
    for (const group of this.#groups([...served.values()])) await this.#run(group);
    for (const [i, one] of served) replies[i] = this.#reply(one);
    this.#watched(() => this.#observer?.endOfBatch?.());
    return replies;
  }

  /** What the observer last failed on, told once; it never shows in a reply. */
  takeObserverFailure(): string | null {
    const failure = this.#observerFailure;
    this.#observerFailure = null;
    return failure;
  }

  async release(): Promise<void> {
    await this.#session.release();
  }

  #decode(request: LaneRequest): Served | UnderstudyError {
    try {
      const decoded =
        request.form === 'infer'
          ? decodeInferRequest(request.body, request.inferenceHeaderLength, this.loaded.signature)
          : decodePredictRequest(request.body, this.loaded.signature);
      return {
        request,
        decoded,
        id: decoded.id ?? request.context?.id ?? randomUUID(),
        rows: rowCount(decoded.inputs) ?? 1,
        outcome: { kind: 'pending' },
        queueMicroseconds: 0,
        computeMicroseconds: 0,
        cpuMicroseconds: 0,
      };
    } catch (error) {
      return asUnderstudyError(error);
    }
  }

  /** Requests that share a run: equal but for their rows, together no more rows than the batch may have. */
  #groups(served: readonly Served[]): Served[][] {
    if (!this.#batching) return served.map((one) => [one]);
    const groups: Served[][] = [];
    const open = new Map<string, { group: Served[]; rows: number }>();
    for (const one of served) {
      if (one.rows === 0 || rowCount(one.decoded.inputs) === null) {
        groups.push([one]);
        continue;
      }
      const key = shapeKey(one.decoded.inputs);
      const current = open.get(key);
      if (current && current.rows + one.rows <= this.#options.maxBatchSize) {
        current.group.push(one);
        current.rows += one.rows;
      } else {
        const group = [one];
        groups.push(group);
        open.set(key, { group, rows: one.rows });
      }
    }
    return groups;
  }

  async #run(group: readonly Served[]): Promise<void> {
    const started = monotonicMicroseconds();
    const cpuBefore = process.threadCpuUsage();
    try {
      const outputs = await this.#session.run(joinRows(group.map((one) => one.decoded.inputs)));
      this.#executions++;
      this.#share(group, outputs);
    } catch (error) {
      if (group.length > 1) {
        // One bad body in a batch fails alone.
        for (const one of group) await this.#run([one]);
        return;
      }
      group[0]!.outcome = { kind: 'error', error: await this.#blame(error) };
    }
    const cpu = process.threadCpuUsage(cpuBefore);
    const computeMicroseconds = monotonicMicroseconds() - started;
    const rows = group.reduce((sum, one) => sum + one.rows, 0);
    for (const one of group) {
      one.queueMicroseconds = Math.max(0, started - one.request.arrivedMicroseconds);
      one.computeMicroseconds = computeMicroseconds;
      one.cpuMicroseconds = rows === 0 ? 0 : ((cpu.user + cpu.system) * one.rows) / rows;
    }
  }

  #share(group: readonly Served[], outputs: readonly Tensor[]): void {
    if (group.length === 1) {
      group[0]!.outcome = { kind: 'ok', outputs };
      return;
    }
    const rows = group.reduce((sum, one) => sum + one.rows, 0);
    if (!outputs.every((output) => output.shape[0] === rows)) {
      this.#batching = false;
      throw new Error('the outputs do not have a row for each row of the inputs');
    }
    let from = 0;
    for (const one of group) {
      one.outcome = { kind: 'ok', outputs: sliceRows(outputs, from, from + one.rows) };
      from += one.rows;
    }
  }

  /** A model that still runs on inputs it is known to take was given a bad one; else it is broken. */
  async #blame(error: unknown): Promise<UnderstudyError> {
    const { model, version } = this.loaded.signature;
    const sentence = sentenceOf(error).split('\n', 1)[0]!.slice(0, 400);
    let healthy = false;
    try {
      if (this.#knownGood) {
        await this.#session.run(this.#knownGood);
        healthy = true;
      }
    } catch {
      // Then it is the model, and the answer below says so.
    }
    return healthy
      ? new UnderstudyError(
          'INPUT_REJECTED',
          `model ${model} version ${version} failed on this input: ${sentence}`,
        )
      : new UnderstudyError('EXECUTION_FAILED', `model ${model} version ${version} failed: ${sentence}`);
  }

  #reply(served: Served): LaneReply {
    const { model, version } = this.loaded.signature;
    const { id, decoded, outcome } = served;
    const timings = {
      rows: served.rows,
      queueMicroseconds: served.queueMicroseconds,
      computeMicroseconds: served.computeMicroseconds,
    };
    const status: { code: number; body: Uint8Array; headerLength: number | null } = {
      code: 200,
      body: new Uint8Array(),
      headerLength: null,
    };
    let seen: ServedRequest['outcome'];
    try {
      if (outcome.kind !== 'ok')
        throw outcome.kind === 'error' ? outcome.error : new Error('the request never ran');
      const needed = decoded.reply.kind === 'predict' || this.#observer !== null;
      const predictions = needed ? readPredictions(outcome.outputs, this.loaded.reading) : [];
      seen = { kind: 'ok', predictions };
      if (decoded.reply.kind === 'predict') {
        if (this.loaded.reading.kind === 'opaque') throw notPredictable(model, this.loaded.reading.why);
        const names = this.loaded.reading.kind === 'classification' ? this.loaded.reading.classNames : null;
        status.body = encodePredictReply({ id, model, version, predictions }, names);
      } else {
        const wanted = decoded.reply.outputs;
        const outputs = wanted.map(({ name }) => outcome.outputs.find((output) => output.name === name)!);
        const encoded = encodeInferReply({
          model,
          version,
          id,
          outputs,
          binary: wanted.map(({ binary }) => binary),
        });
        status.body = encoded.body;
        status.headerLength = encoded.headerLength;
      }
    } catch (thrown) {
      const error = asUnderstudyError(thrown);
      status.code = error.status;
      status.body = encodeError(error);
      seen ??= { kind: 'error', code: error.code, sentence: error.message };
    }
    const notice = this.#observe(served.request, {
      id,
      entity: decoded.entity ?? served.request.context?.entity ?? null,
      timestampMs: decoded.timestampMs ?? served.request.context?.timestampMs ?? served.request.arrivedMs,
      segments: { ...served.request.context?.segments, ...decoded.segments },
      inputs: decoded.inputs,
      outcome: seen,
      cpuMicroseconds: served.cpuMicroseconds,
      ...timings,
    });
    return {
      status: status.code,
      body: status.body,
      inferenceHeaderLength: status.headerLength,
      ...timings,
      notice,
    };
  }

  #refuse(request: LaneRequest, error: UnderstudyError): LaneReply {
    const timings = {
      rows: 0,
      queueMicroseconds: Math.max(0, monotonicMicroseconds() - request.arrivedMicroseconds),
      computeMicroseconds: 0,
    };
    // A mirrored request that cannot be read is an observation too: the primary could read it.
    if (request.attachment !== null) {
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
      status: error.status,
      body: encodeError(error),
      inferenceHeaderLength: null,
      ...timings,
      notice: null,
    };
  }

  #observe(request: LaneRequest, served: Omit<ServedRequest, 'attachment'>): Notice | null {
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

function notPredictable(model: string, why: string): UnderstudyError {
  return new UnderstudyError(
    'INVALID_REQUEST',
    `/predict has nothing to say for ${model}: ${why}; ask /v2/models/${model}/infer for the outputs as they are`,
  );
}

function asUnderstudyError(error: unknown): UnderstudyError {
  if (error instanceof UnderstudyError) return error;
  return new UnderstudyError('INTERNAL', `the server failed on this request: ${sentenceOf(error)}`, {
    cause: error,
  });
}
