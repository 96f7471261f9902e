import type { Deadline, Metadata } from '@grpc/grpc-js';
import { monotonicMicroseconds } from '../clock.ts';
import { UnderstudyError } from '../errors.ts';
import type { LaneReply } from '../inference/messages/reply-batch.ts';
import type { LaneRequest } from '../inference/messages/request-batch.ts';
import type { RequestContext } from '../inference/messages/request-context.ts';
import type { ServingTable } from '../inference/serving-table.ts';
import { type GrpcAddress, scanGrpcRequest } from '../protocol/scan-grpc-request.ts';
import { findModel } from '../serving/find-model.ts';
import { readHeaderContext } from '../serving/header-context.ts';
import { primaryLane } from '../serving/primary-lane.ts';
import { queueFull } from '../serving/queue-full.ts';
import { checkedPriority, deadlineAfter } from '../serving/schedule.ts';
import type { RequestTrace, Tracing } from '../tracing/request-trace.ts';
import { beginGrpcTrace, endGrpcTrace, failGrpcTrace } from './grpc-trace.ts';

/** What requests are handed to. */
export interface InferDoor {
  readonly table: ServingTable;
  readonly tracing: Tracing | null;
}

/** What a call says beside its messages. */
export interface CallContext {
  /** Name of the method. */
  readonly method: string;
  readonly metadata: Metadata;
  readonly context: RequestContext | null;
  /** When the client stops waiting, milliseconds since the epoch; null where it does not. */
  readonly deadlineMs: number | null;
}

/** To be called when the caller waits no longer: a request that still queues is not run, and answered CANCELLED. */
export type GiveUp = () => void;

/**
 * The way of a `ModelInferRequest`: find the lane, hand it the bytes; `answer` gets the bytes it answers with, or its
 * error.
 *
 * @throws UnderstudyError when no lane takes it
 */
export function submitMessage(
  { table, tracing }: InferDoor,
  message: Buffer,
  call: CallContext,
  answer: (reply: LaneReply) => void,
): GiveUp {
  const address = scanGrpcRequest(message);
  const trace = tracing === null ? null : beginGrpcTrace(tracing, call.method, call.metadata, address.model);
  try {
    return submit(table, address, message, call, trace, answer);
  } catch (error) {
    if (trace) failGrpcTrace(trace, error);
    throw error;
  }
}

function submit(
  table: ServingTable,
  { model: name, version, priority, timeoutMicroseconds }: GrpcAddress,
  message: Buffer,
  { context, deadlineMs }: CallContext,
  trace: RequestTrace | null,
  answer: (reply: LaneReply) => void,
): GiveUp {
  const model = findModel(table, name);
  const lane = primaryLane(model, version ?? undefined);
  const arrivedMicroseconds = monotonicMicroseconds();
  const arrivedMs = Date.now();
  if (version !== null) lane.statistics.countPinned(arrivedMs);
  const request: LaneRequest = {
    form: 'grpc',
    body: message,
    inferenceHeaderLength: null,
    context,
    arrivedMicroseconds,
    arrivedMs,
    priority: checkedPriority(lane, priority),
    deadlineMicroseconds: deadlineAfter(
      arrivedMicroseconds,
      earlier(timeoutMicroseconds, deadlineMs === null ? null : (deadlineMs - arrivedMs) * 1000),
    ),
    attachment: null,
    trace,
  };
  const taken = lane.submit(request, (reply) => {
    answer(reply);
    if (trace) endGrpcTrace(trace, model, arrivedMicroseconds, reply);
  });
  if (!taken) throw queueFull();
  return () => lane.withdraw(request, new UnderstudyError('CANCELLED', 'the caller gave the request up'));
}

interface Call {
  readonly metadata: Metadata;
  getDeadline(): Deadline;
}

/** @throws UnderstudyError for metadata that cannot be used */
export function contextOf(call: Call, method: string): CallContext {
  const { metadata } = call;
  const deadline = Number(call.getDeadline());
  return {
    method,
    metadata,
    context: readHeaderContext(metadata.getMap(), metadata, valuesOf),
    deadlineMs: Number.isFinite(deadline) ? deadline : null,
  };
}

function valuesOf(metadata: Metadata, name: string): readonly string[] {
  return metadata.get(name).map(String);
}

function earlier(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}
