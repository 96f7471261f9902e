import { type MessagePort, threadId } from 'node:worker_threads';
import { placeThread } from '../../threads/place-thread.ts';
import { type BatchClaim, isGivenUp, takeClaim } from '../messages/batch-claim.ts';
import type { PackedRequests } from '../messages/request-batch.ts';
import { transferring } from '../messages/transferring.ts';
import type { WorkerAnswer, WorkerTask } from '../messages/worker-task.ts';
import { UseSoFar } from '../worker/use-so-far.ts';
import { ProcessHandle } from './handle.ts';
import type { PortMessage, ProcessDeath, ProcessReply, ProcessTask } from './message.ts';
import { takePorts } from './ports.ts';

type LoadTask = Extract<WorkerTask, { readonly kind: 'load' }>;
type ServedAnswer = Extract<WorkerAnswer, { readonly kind: 'served' }>;

const claimCheckMs = 50;

/** What runs behind this thread, and what belongs to it. */
class Relay {
  #process: ProcessHandle | null = null;
  #claim: BatchClaim | null = null;
  #batchWasGivenUp = false;
  /** Those that the observer believes to write to. */
  #ports: ReadonlyMap<string, MessagePort> = new Map();
  /** Of all processes it has had. */
  readonly #useSoFar = new UseSoFar();

  async load(task: LoadTask): Promise<WorkerAnswer> {
    await this.#close();
    let answer: WorkerAnswer | null = null;
    try {
      answer = await this.#load(task);
      return answer;
    } finally {
      // A process that has no model is of no use.
      if (answer?.kind !== 'loaded') await this.#close();
    }
  }

  async #load(task: LoadTask): Promise<WorkerAnswer> {
    // Before the process is started, whose threads inherit it.
    const inherited = placeThread(task.options.thread);
    const { options, ports } = takePorts(task.options);
    this.#ports = ports;
    this.#claim = task.claim;
    const { version } = options;
    const process = new ProcessHandle({ version, memoryLimitBytes: task.memoryLimitBytes });
    this.#process = process;
    // An arbiter's shared memory cannot leave this process, and guards what is shared within it.
    const placement = { ...options.placement, arbiter: null };
    const reply = await this.#ask(process, {
      kind: 'load',
      options: { ...options, placement },
      portNames: [...ports.keys()],
    });
    if (reply.kind === 'died') return reply;
    this.#deliver(reply.sent);
    const { answer } = reply;
    if (answer.kind !== 'loaded') return answer;
    const { loaded, placed } = answer;
    return {
      ...answer,
      pid: process.pid,
      loaded: { ...loaded, remarks: [...loaded.remarks, ...process.refusals] },
      placed: { ...placed, refusals: [...new Set([...placed.refusals, ...inherited.refusals])] },
    };
  }

  async serve(requests: PackedRequests): Promise<WorkerAnswer> {
    const process = this.#process;
    if (!process) return { kind: 'empty', sentence: 'its process ended' };
    // Between two batches: this one was never with it.
    if (process.death) {
      const { sentence } = process.death;
      await this.#close();
      return { kind: 'empty', sentence };
    }
    const reply = await this.#ask(process, { kind: 'serve', requests });
    this.#batchWasGivenUp = this.#claim !== null && isGivenUp(this.#claim);
    if (reply.kind === 'died') return reply;
    // Given up in the last moment: then somebody else has accounted for the batch.
    if (this.#claim === null || takeClaim(this.#claim)) this.#deliver(reply.sent);
    return reply.answer.kind === 'served' ? this.#moving(reply.answer) : reply.answer;
  }

  async release(): Promise<WorkerAnswer> {
    await this.#close();
    return { kind: 'released' };
  }

  /** @throws what the worker in the process threw */
  async #ask(
    process: ProcessHandle,
    task: ProcessTask,
  ): Promise<Extract<ProcessReply, { kind: 'answered' }> | ProcessDeath> {
    const stopWatching = this.#watchClaim(process, task);
    const outcome = await process.ask(task).finally(stopWatching);
    if (outcome.kind === 'died') await this.#close();
    if (outcome.kind !== 'failed') return outcome;
    const error = new Error(outcome.sentence);
    error.stack = outcome.stack;
    throw error;
  }

  /**
   * Ends a process that has a batch, or a load, which was given up. The claim of a batch is free when it comes; a
   * load may be given up while its thread still starts.
   */
  #watchClaim(process: ProcessHandle, { kind }: ProcessTask): () => void {
    const claim = this.#claim;
    const isOfBatchBefore = kind !== 'load' || this.#batchWasGivenUp;
    if (claim === null || (isOfBatchBefore && isGivenUp(claim))) return () => {};
    const timer = setInterval(() => {
      if (isGivenUp(claim)) process.kill(`its ${kind === 'load' ? 'load' : 'run'} took too long`);
    }, claimCheckMs);
    return () => clearInterval(timer);
  }

  #deliver(sent: readonly PortMessage[]): void {
    for (const { portName, message } of sent) this.#ports.get(portName)?.postMessage(message);
  }

  async #close(): Promise<void> {
    await this.#process?.close();
    this.#process = null;
    for (const port of this.#ports.values()) port.close();
    this.#ports = new Map();
    this.#useSoFar.startAnew();
  }

  /** The buffers are moved to the main thread, as those of a worker are. */
  #moving(answer: ServedAnswer): WorkerAnswer {
    // What was read from a pipe lies in a buffer together with other things.
    const table = answer.replies.table.slice();
    const value: ServedAnswer = {
      ...answer,
      replies: { ...answer.replies, table },
      // Each process calls its main thread 0.
      usage: { ...answer.usage, ...this.#useSoFar.with(answer.usage), threadId },
    };
    return transferring(value, [answer.replies.bytes, table.buffer]);
  }
}

const relay = new Relay();

/**
 * The piscina worker of a lane with `isolation: process`: has the work of `instance/worker.ts` done in a child process
 * and never blocks. Its pool must have `atomics: 'disabled'`, since it has to notice things while it is idle.
 */
export default async function work(task: WorkerTask): Promise<WorkerAnswer> {
  switch (task.kind) {
    case 'load':
      return relay.load(task);
    case 'serve':
      return relay.serve(task.requests);
    case 'release':
      return relay.release();
  }
}
