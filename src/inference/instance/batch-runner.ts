import { monotonicMicroseconds } from '../../clock.ts';
import { sentenceOf, UnderstudyError } from '../../errors.ts';
import type { Tensor } from '../../protocol/tensor.ts';
import { deadlineExceeded } from '../deadline-exceeded.ts';
import type { ModelInMemory } from '../model/load-model.ts';
import { ArenaMeter } from './arena-meter.ts';
import { joinRows, rowCount, shapeKey, sliceRows } from './row-batching.ts';

/** The inputs of one request on their way through the model. */
export interface Job {
  readonly inputs: readonly Tensor[];
  readonly rows: number;
  /** Monotonic, microseconds: it is not run when that has passed; null where it can wait. */
  readonly deadlineMicroseconds: number | null;
}

export interface JobResult {
  readonly outcome:
    | { readonly kind: 'ok'; readonly outputs: readonly Tensor[] }
    | { readonly kind: 'error'; readonly error: UnderstudyError };
  /** Monotonic, microseconds. */
  readonly startedMicroseconds: number;
  /** Wall time of the run the job took part in. */
  readonly computeMicroseconds: number;
}

export type JobResults = Map<Job, JobResult | UnderstudyError>;

/** Runs jobs through a session, together where that is right, and finds out whose fault a failure is. */
export class BatchRunner {
  readonly #model: ModelInMemory;
  readonly #maxBatchSize: number;
  #batching: boolean;
  readonly #arena = new ArenaMeter();
  #executions = 0;

  constructor(model: ModelInMemory, maxBatchSize: number) {
    this.#model = model;
    this.#maxBatchSize = maxBatchSize;
    this.#batching = model.loaded.batching;
  }

  /** How many times the model ran so far. */
  get executions(): number {
    return this.#executions;
  }

  /** Growth of ONNX Runtime's arena since the model was loaded, bytes, estimated. */
  get arenaBytes(): number {
    return this.#arena.bytes;
  }

  /** One result per job, or why it was not run; never rejects for what a job holds. */
  async run(jobs: readonly Job[]): Promise<JobResults> {
    const results: JobResults = new Map();
    for (const group of this.#groups(jobs)) await this.#runGroup(group, results);
    return results;
  }

  /** Jobs that share a run: equal but for their rows, together no more rows than the batch may have. */
  #groups(jobs: readonly Job[]): (readonly Job[])[] {
    if (!this.#batching) return jobs.map((job) => [job]);
    const groups: Job[][] = [];
    const open = new Map<string, { readonly group: Job[]; rows: number }>();
    for (const job of jobs) {
      if (job.rows === 0 || rowCount(job.inputs) === null) {
        groups.push([job]);
        continue;
      }
      const key = shapeKey(job.inputs);
      const current = open.get(key);
      if (current && current.rows + job.rows <= this.#maxBatchSize) {
        current.group.push(job);
        current.rows += job.rows;
      } else {
        const group = [job];
        groups.push(group);
        open.set(key, { group, rows: job.rows });
      }
    }
    return groups;
  }

  async #runGroup(all: readonly Job[], results: JobResults): Promise<void> {
    const startedMicroseconds = monotonicMicroseconds();
    // Others of its batch may have run before.
    const isLate = ({ deadlineMicroseconds }: Job): boolean =>
      deadlineMicroseconds !== null && deadlineMicroseconds <= startedMicroseconds;
    const late = all.filter(isLate);
    for (const job of late) results.set(job, deadlineExceeded());
    const group = late.length === 0 ? all : all.filter((job) => !isLate(job));
    if (group.length === 0) return;
    let outcomes: JobResult['outcome'][];
    try {
      const rows = group.reduce((sum, job) => sum + job.rows, 0);
      const inputs = joinRows(group.map((job) => job.inputs));
      const outputs = await this.#arena.around(rows, () => this.#model.session.run(inputs));
      this.#executions++;
      outcomes = this.#share(group, outputs).map((own) => ({ kind: 'ok', outputs: own }));
    } catch (error) {
      if (group.length > 1) {
        // One bad body in a batch fails alone.
        for (const job of group) await this.#runGroup([job], results);
        return;
      }
      outcomes = [{ kind: 'error', error: await this.#blame(error) }];
    }
    const computeMicroseconds = monotonicMicroseconds() - startedMicroseconds;
    group.forEach((job, i) => {
      results.set(job, { outcome: outcomes[i]!, startedMicroseconds, computeMicroseconds });
    });
  }

  #share(group: readonly Job[], outputs: readonly Tensor[]): (readonly Tensor[])[] {
    if (group.length === 1) return [outputs];
    const rows = group.reduce((sum, job) => sum + job.rows, 0);
    if (!outputs.every((output) => output.shape[0] === rows)) {
      this.#batching = false;
      throw new Error('the outputs do not have a row for each row of the inputs');
    }
    let from = 0;
    return group.map((job) => {
      const own = sliceRows(outputs, from, from + job.rows);
      from += job.rows;
      return own;
    });
  }

  /** A model that still runs on inputs it is known to take was given a bad one; else it is broken. */
  async #blame(error: unknown): Promise<UnderstudyError> {
    const { session, knownGood, loaded } = this.#model;
    const { model, version } = loaded.signature;
    const sentence = sentenceOf(error).split('\n', 1)[0]!.slice(0, 400);
    let healthy = false;
    try {
      if (knownGood) {
        await session.run(knownGood);
        healthy = true;
      }
    } catch {
      // Then it is the model, and the answer below says so.
    }
    return healthy
      ? new UnderstudyError(
          'INPUT_REJECTED',
          `model ${model} version ${version} failed on this input, while it runs on others: ${sentence}`,
        )
      : new UnderstudyError('EXECUTION_FAILED', `model ${model} version ${version} failed: ${sentence}`);
  }
}
