import { threadId } from 'node:worker_threads';
import { move, transferableSymbol, valueSymbol } from 'piscina';
import { sentenceOf, UnderstudyError } from '../errors.ts';
import { Instance } from './instance.ts';
import type { InstanceOptions, LoadedModel } from './loaded-model.ts';
import type { CreateObserver } from './observer.ts';
import { type PackedReplies, packReplies } from './reply-batch.ts';
import { type PackedRequests, unpackRequests } from './request-batch.ts';
import { yieldToOthers } from './thread-placement.ts';

export type WorkerTask =
  | { readonly kind: 'load'; readonly options: InstanceOptions }
  | { readonly kind: 'serve'; readonly requests: PackedRequests }
  | { readonly kind: 'release' };

export type WorkerAnswer =
  | { readonly kind: 'loaded'; readonly loaded: LoadedModel }
  | { readonly kind: 'refused'; readonly reason: string }
  | {
      readonly kind: 'served';
      readonly replies: PackedReplies;
      readonly usage: WorkerUsage;
      readonly observerFailure: string | null;
    }
  /** A worker that took the place of one that died has no model yet. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'released' };

/** What a worker has used since it loaded its model. */
export interface WorkerUsage {
  readonly threadId: number;
  readonly executions: number;
  /** Of its own thread; those of ONNX Runtime are not in it. */
  readonly cpuMicroseconds: number;
  readonly heapBytes: number;
}

let instance: Instance | null = null;
let heapBytes = 0;
let batchesUntilHeapReading = 0;

/** Asking V8 for the heap costs more than a small batch, and the heap changes slowly. */
const batchesPerHeapReading = 256;

/** The piscina worker behind every instance group, whatever its role. */
export default async function work(task: WorkerTask): Promise<WorkerAnswer> {
  switch (task.kind) {
    case 'load':
      return load(task.options);
    case 'serve':
      return serve(task.requests);
    case 'release':
      await instance?.release();
      instance = null;
      return { kind: 'released' };
  }
}

async function load(options: InstanceOptions): Promise<WorkerAnswer> {
  if (instance) return { kind: 'loaded', loaded: instance.loaded };
  // Before the session is made: the threads that ONNX Runtime creates inherit it.
  const remarks = options.yields ? yieldToOthers(threadNameOf(options)) : [];
  try {
    const fresh = await Instance.load(options);
    if (options.observer) {
      const module: { createObserver: CreateObserver<unknown> } = await import(options.observer.url);
      fresh.observeWith(module.createObserver(options.observer.options, fresh.loaded));
    }
    instance = fresh;
    return { kind: 'loaded', loaded: { ...fresh.loaded, remarks: [...fresh.loaded.remarks, ...remarks] } };
  } catch (error) {
    if (error instanceof UnderstudyError && error.code !== 'MODEL_NOT_READY') throw error;
    return { kind: 'refused', reason: sentenceOf(error) };
  }
}

/** `8 fraud`: what tells threads apart comes first, since only 15 bytes are kept. */
function threadNameOf({ model, version }: InstanceOptions): string {
  return `${version} ${model}`;
}

async function serve(packed: PackedRequests): Promise<WorkerAnswer> {
  if (!instance) return { kind: 'empty' };
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

function usageOf({ executions, cpuMicroseconds }: Instance): WorkerUsage {
  if (batchesUntilHeapReading-- <= 0) {
    heapBytes = process.memoryUsage().heapUsed;
    batchesUntilHeapReading = batchesPerHeapReading;
  }
  return { threadId, executions, cpuMicroseconds, heapBytes };
}

/** Piscina's way of returning a value together with what is to be moved rather than copied. */
function transferring(value: WorkerAnswer, buffers: readonly ArrayBufferLike[]): WorkerAnswer {
  const movable = { [transferableSymbol]: buffers, [valueSymbol]: value };
  return move(movable as unknown as ArrayBuffer) as unknown as WorkerAnswer;
}
