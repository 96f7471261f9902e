import type { Deadline, Metadata } from '@grpc/grpc-js';
import { monotonicMicroseconds } from '../clock.ts';
import type { LaneReply } from '../inference/messages/reply-batch.ts';
import type { RequestContext } from '../inference/messages/request-context.ts';
import type { ServingTable } from '../inference/serving-table.ts';
import { scanGrpcRequest } from '../protocol/scan-grpc-request.ts';
import { findModel } from '../serving/find-model.ts';
import { readHeaderContext } from '../serving/header-context.ts';
import { primaryLane } from '../serving/primary-lane.ts';
import { queueFull } from '../serving/queue-full.ts';
import { checkedPriority, deadlineAfter } from '../serving/schedule.ts';

/**
 * The way of a `ModelInferRequest`: find the lane, hand it the bytes; `answer` gets the bytes it answers with, or its
 * error.
 *
 * @throws UnderstudyError when no lane takes it
 */
export function submitMessage(
  table: ServingTable,
  message: Buffer,
  { context, deadlineMs }: CallContext,
  answer: (reply: LaneReply) => void,
): void {
  const { model, version, priority, timeoutMicroseconds } = scanGrpcRequest(message);
  const arrivedMicroseconds = monotonicMicroseconds();
  const arrivedMs = Date.now();
  const lane = primaryLane(findModel(table, model), version ?? undefined);
  const taken = lane.submit(
    {
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
    },
    answer,
  );
  if (!taken) throw queueFull();
}

/** What a call says beside its messages. */
export interface CallContext {
  readonly context: RequestContext | null;
  /** When the client stops waiting, milliseconds since the epoch; null where it does not. */
  readonly deadlineMs: number | null;
}

interface Call {
  readonly metadata: Metadata;
  getDeadline(): Deadline;
}

/** @throws UnderstudyError for metadata that cannot be used */
export function contextOf(call: Call): CallContext {
  const { metadata } = call;
  const deadline = Number(call.getDeadline());
  return {
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
