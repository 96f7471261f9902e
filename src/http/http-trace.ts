import type { FastifyRequest } from 'fastify';
import { sentenceOf, UnderstudyError } from '../errors.ts';
import type { LaneReply } from '../inference/messages/reply-batch.ts';
import type { ServedModel } from '../inference/serving-table.ts';
import { errorSentence } from '../serving/error-sentence.ts';
import type { RequestTrace, Tracing } from '../tracing/request-trace.ts';

const statusAttribute = 'http.response.status_code';

/** Attributes by OpenTelemetry's semantic conventions of HTTP servers. */
export function beginHttpTrace(tracing: Tracing, request: FastifyRequest): RequestTrace | null {
  const { headers, method, routeOptions, params } = request;
  const route = routeOptions.url ?? '';
  const { model } = params as { readonly model?: string };
  return tracing.begin({
    name: `${method} ${route}`,
    traceparent: textOf(headers.traceparent),
    tracestate: textOf(headers.tracestate),
    attributes: {
      'http.request.method': method,
      'http.route': route,
      'url.path': request.url.split('?', 1)[0]!,
      ...(model === undefined ? {} : { 'understudy.model': model }),
    },
  });
}

export function endHttpTrace(
  trace: RequestTrace,
  { primaryVersion }: ServedModel,
  arrivedMicroseconds: number,
  reply: LaneReply,
): void {
  trace.visited({ version: primaryVersion ?? '', role: 'primary', arrivedMicroseconds, reply });
  end(trace, reply.status, reply.status < 500 ? '' : errorSentence(reply));
}

export function failHttpTrace(trace: RequestTrace, error: unknown): void {
  end(trace, error instanceof UnderstudyError ? error.status : 500, sentenceOf(error));
}

/** What is the client's fault is no failure of the server. */
function end(trace: RequestTrace, value: number, sentence: string): void {
  trace.end({ attribute: statusAttribute, value }, value < 500 ? null : sentence);
}

function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(',') : header;
}
