import { MessagePort, threadId } from 'node:worker_threads';
import { sentenceOf, UnderstudyError } from '../../errors.ts';
import type { PlacedThread } from '../../threads/thread-placement.ts';
import type { BatchClaim } from '../messages/batch-claim.ts';
import { packReplies } from '../messages/reply-batch.ts';
import { type PackedRequests, unpackRequests } from '../messages/request-batch.ts';
import { transferring } from '../messages/transferring.ts';
import type { WorkerAnswer, WorkerUsage } from '../messages/worker-task.ts';
import type { InstanceOptions } from '../model/loaded-model.ts';
import type { CreateObserver, ObserverModule } from '../observer.ts';
import { Instance } from './instance.ts';

let instance: Instance | null = null;
/** Given to the observer. */
let ports: readonly MessagePort[] = [];
let heapBytes = 0;
let batchesUntilHeapReading = 0;

/** Asking V8 for the heap costs more than a small batch, and the heap changes slowly. */
const batchesPerHeapReading = 256;

export async function release(): Promise<void> {
  await instance?.release();
  instance = null;
  closePorts();
}

export async function load(
  options: InstanceOptions,
  claim: BatchClaim | null,
  placed: PlacedThread,
): Promise<WorkerAnswer> {
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

export async function serve(packed: PackedRequests): Promise<WorkerAnswer> {
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
