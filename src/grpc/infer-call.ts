import type { Metadata } from '@grpc/grpc-js';
import { monotonicMicroseconds } from '../clock.ts';
import type { LaneReply } from '../inference/messages/reply-batch.ts';
import type { RequestContext } from '../inference/messages/request-context.ts';
import type { ServingTable } from '../inference/serving-table.ts';
import { scanGrpcRequest } from '../protocol/scan-grpc-request.ts';
import { findModel } from '../serving/find-model.ts';
import { readHeaderContext } from '../serving/header-context.ts';
import { primaryLane } from '../serving/primary-lane.ts';
import { queueFull } from '../serving/queue-full.ts';

/**
 * The way of a `ModelInferRequest`: find the lane, hand it the bytes; `answer` gets the bytes it answers with, or its
 * error.
 *
 * @throws UnderstudyError when no lane takes it
 */
export function submitMessage(
  table: ServingTable,
  message: Buffer,
  context: RequestContext | null,
  answer: (reply: LaneReply) => void,
): void {
  const { model, version } = scanGrpcRequest(message);
  const lane = primaryLane(findModel(table, model), version ?? undefined);
  const taken = lane.submit(
    {
      form: 'grpc',
      body: message,
      inferenceHeaderLength: null,
      context,
      arrivedMicroseconds: monotonicMicroseconds(),
      arrivedMs: Date.now(),
      attachment: null,
    },
    answer,
  );
  if (!taken) throw queueFull();
}

/** What the metadata of a call says of its request. */
export function contextOf(metadata: Metadata): RequestContext | null {
  return readHeaderContext(metadata.getMap(), metadata, valuesOf);
}

function valuesOf(metadata: Metadata, name: string): readonly string[] {
  return metadata.get(name).map(String);
}
