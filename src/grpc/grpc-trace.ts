import { type Metadata, status } from '@grpc/grpc-js';
import { sentenceOf, UnderstudyError } from '../errors.ts';
import type { LaneReply } from '../inference/messages/reply-batch.ts';
import type { ServedModel } from '../inference/serving-table.ts';
import type { RequestTrace, Tracing } from '../tracing/request-trace.ts';
import { inferenceServiceName } from './messages.ts';
import { type CallStatus, statusOfError, statusOfReply } from './status.ts';

const statusAttribute = 'rpc.grpc.status_code';

/** Attributes by OpenTelemetry's semantic conventions of gRPC; each request of a stream is a span of its own. */
export function beginGrpcTrace(
  tracing: Tracing,
  method: string,
  metadata: Metadata,
  model: string,
): RequestTrace | null {
  return tracing.begin({
    name: `${inferenceServiceName}/${method}`,
    traceparent: textOf(metadata, 'traceparent'),
    tracestate: textOf(metadata, 'tracestate'),
    attributes: {
      ...{ 'rpc.system': 'grpc', 'rpc.service': inferenceServiceName, 'rpc.method': method },
      'understudy.model': model,
    },
  });
}

export function endGrpcTrace(
  trace: RequestTrace,
  { primaryVersion }: ServedModel,
  arrivedMicroseconds: number,
  reply: LaneReply,
): void {
  trace.visited({ version: primaryVersion ?? '', role: 'primary', arrivedMicroseconds, reply });
  if (reply.status === 200) trace.end({ attribute: statusAttribute, value: status.OK }, null);
  else end(trace, statusOfReply(reply), reply.status);
}

export function failGrpcTrace(trace: RequestTrace, error: unknown): void {
  if (error instanceof UnderstudyError) end(trace, statusOfError(error), error.status);
  else end(trace, { code: status.INTERNAL, details: sentenceOf(error) }, 500);
}

function end(trace: RequestTrace, { code, details }: CallStatus, httpStatus: number): void {
  trace.end({ attribute: statusAttribute, value: code }, httpStatus < 500 ? null : details);
}

function textOf(metadata: Metadata, name: string): string | undefined {
  const [value] = metadata.get(name);
  return value === undefined ? undefined : String(value);
}
