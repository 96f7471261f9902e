import { MessagePort, threadId } from 'node:worker_threads';
import { move, transferableSymbol, valueSymbol } from 'piscina';
import { sentenceOf, UnderstudyError } from '../errors.ts';
import { placeThread } from '../threads/place-thread.ts';
import type { PlacedThread } from '../threads/thread-placement.ts';
import type { BatchClaim } from './batch-claim.ts';
import { Instance } from './instance.ts';
import type { InstanceOptions, LoadedModel } from './loaded-model.ts';
import type { CreateObserver, ObserverModule } from './observer.ts';
import { type PackedReplies, packReplies } from './reply-batch.ts';
import { type PackedRequests, unpackRequests } from './request-batch.ts';

export type WorkerTask =
  | {
      readonly kind: 'load';
      readonly options: InstanceOptions;
      /** Of all memory of a process; a thread's heap is limited by who creates it. */
      readonly memoryLimitBytes: number | null;
      /** Null where nobody gives batches up. */
      readonly claim: BatchClaim | null;
    }
  | { readonly kind: 'serve'; readonly requests: PackedRequests }
  | { readonly kind: 'release' };

export type WorkerAnswer =
  | {
      readonly kind: 'loaded';
      readonly loaded: LoadedModel;
      readonly placed: PlacedThread;
      /** Of its own process; null for a thread of the server. */
      readonly pid: number | null;
    }
  | { readonly kind: 'refused'; readonly reason: string }
  | {
      readonly kind: 'served';
      readonly replies: PackedReplies;
      readonly usage: WorkerUsage;
      readonly observerFailure: string | null;
    }
  /** One that had the model died before it had the task, and what took its place has none yet. */
  | { readonly kind: 'empty'; readonly sentence: string }
  /** The process behind a relay ended while it had the task. */
  | { readonly kind: 'died'; readonly sentence: string }
  | { readonly kind: 'released' };

/** What a worker has used since it loaded its model. */
export interface WorkerUsage {
  readonly threadId: number;
  readonly executions: number;
  /** Of its own thread; those of ONNX Runtime are not in it. */
  readonly cpuMicroseconds: number;
  readonly heapBytes: number;
  /** As `BatchRunner.arenaBytes`. */
  readonly arenaBytes: number;
}

let instance: Instance | null = null;
/** Given to the observer. */
let ports: readonly MessagePort[] = [];
let heapBytes = 0;
let batchesUntilHeapReading = 0;

/** Asking V8 for the heap costs more than a small batch, and the heap changes slowly. */
const batchesPerHeapReading = 256;

/** The piscina worker behind every instance group, whatever its role. */
export default async function work(task: WorkerTask): Promise<WorkerAnswer> {
  switch (task.kind) {
    case 'load':
      return load(task.options, task.claim);
    case 'serve':
      return serve(task.requests);
    case 'release':
      await instance?.release();
      instance = null;
      closePorts();
      return { kind: 'released' };
  }
}

async function load(options: InstanceOptions, claim: BatchClaim | null): Promise<WorkerAnswer> {
  // Before the session is made: the threads that ONNX Runtime creates inherit it.
  const placed = placeThread(options.thread);
  ports = portsIn(options.observer);
  try {
    const fresh = await Instance.load(options, claim);
    await observe(fresh, options.observer);
    instance = fresh;
    return { kind: 'loaded', loaded: fresh.loaded, placed, pid: null };
  } catch (error) {
    // The next attempt brings ports of its own.
    closePorts();
    if (error instanceof UnderstudyError && error.code !== 'MODEL_NOT_READY') throw error;
    return { kind: 'refused', reason: sentenceOf(error) };
  }
}

async function observe(fresh: Instance, observer: ObserverModule | null): Promise<void> {
  if (!observer) return;
  try {
    const module: { createObserver: CreateObserver<unknown> } = await import(observer.url);
    fresh.observeWith(module.createObserver(observer.options, fresh.loaded));
  } catch (error) {
    await fresh.release();
    throw error;
  }
}

function portsIn(observer: ObserverModule | null): MessagePort[] {
  return Object.values(observer?.options ?? {}).filter((value) => value instanceof MessagePort);
}

function closePorts(): void {
  for (const port of ports) port.close();
  ports = [];
}

async function serve(packed: PackedRequests): Promise<WorkerAnswer> {
  if (!instance) return { kind: 'empty', sentence: 'its worker ended while it had nothing to do' };
  const served = await instance.serve(unpackRequests(packed));
  const replies = packReplies(served);
  const answer: WorkerAnswer = {
    kind: 'served',
    replies,
    usage: usageOf(instance),
    observerFailure: instance.takeObserverFailure(),
  };
  return transferring(answer, [replies.bytes, replies.table.buffer]);
}

function usageOf({ executions, cpuMicroseconds, arenaBytes }: Instance): WorkerUsage {
  if (batchesUntilHeapReading-- <= 0) {
    heapBytes = process.memoryUsage().heapUsed;
    batchesUntilHeapReading = batchesPerHeapReading;
  }
  return { threadId, executions, cpuMicroseconds, heapBytes, arenaBytes };
}

/** Piscina's way of returning a value together with what is to be moved rather than copied. */
function transferring(value: WorkerAnswer, buffers: readonly ArrayBufferLike[]): WorkerAnswer {
  const movable = { [transferableSymbol]: buffers, [valueSymbol]: value };
  return move(movable as unknown as ArrayBuffer) as unknown as WorkerAnswer;
}
