import { setTimeout as pause } from 'node:timers/promises';
import {
  type Context,
  defaultTextMapGetter,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { setGlobalErrorHandler, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { monotonicMicroseconds } from '../clock.ts';
import { sentenceOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { ServerIdentity } from '../serving/server-identity.ts';
import type { LaneVisit, RequestTrace, TracedCall, Tracing } from './request-trace.ts';
import { samplerFromEnvironment } from './sampler.ts';

export interface OtlpTracingOptions {
  /** Where traces are sent; what the OTEL_EXPORTER_OTLP_* variables say when null. */
  readonly url: string | null;
  readonly identity: ServerIdentity;
  readonly logger: Logger;
}

const propagator = new W3CTraceContextPropagator();
const shutdownGraceMs = 5_000;
/** A collector that is away is away for many batches of spans. */
const complaintEveryMs = 60_000;

/** Sends traces to a collector, OTLP over HTTP. Spans are made on the main thread, of what workers report with their replies. */
export function startOtlpTracing({ url, identity, logger }: OtlpTracingOptions): Tracing {
  const exporter = new OTLPTraceExporter(url === null ? {} : { url });
  const resource = defaultResource()
    .merge(resourceFromAttributes({ 'service.name': identity.name, 'service.version': identity.version }))
    .merge(detectResources({ detectors: [envDetector] }));
  const provider = new TracerProvider({
    resource,
    sampler: samplerFromEnvironment((sentence) => logger.warn({}, sentence)),
    // It keeps 2048 spans at most, and drops what comes beyond.
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  });
  complainTo(logger);
  const tracer = provider.getTracer(identity.name, identity.version);
  return {
    begin: (call) => beginTrace(tracer, call),
    async close() {
      const ended = provider.shutdown().catch((error: unknown) => {
        logger.warn({}, `the last traces could not be sent: ${sentenceOf(error)}`);
      });
      await Promise.race([ended, pause(shutdownGraceMs, undefined, { ref: false })]);
    },
  };
}

/** The libraries have one place for the whole process where they say that they could not send. */
function complainTo(logger: Logger): void {
  let lastMs = Number.NEGATIVE_INFINITY;
  setGlobalErrorHandler((error) => {
    if (performance.now() - lastMs < complaintEveryMs) return;
    lastMs = performance.now();
    logger.warn({}, `traces could not be sent: ${typeof error === 'string' ? error : error.message}`);
  });
}

function beginTrace(tracer: Tracer, call: TracedCall): RequestTrace | null {
  const { name, traceparent, tracestate, attributes } = call;
  const carrier = {
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(tracestate === undefined ? {} : { tracestate }),
  };
  const parent = propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter);
  // One pair of clocks for all spans of a request, so that they fit together.
  const epochMs = Date.now() - monotonicMicroseconds() / 1000;
  const at = (microseconds: number): number => epochMs + microseconds / 1000;
  const startTime = at(monotonicMicroseconds());
  const span = tracer.startSpan(name, { kind: SpanKind.SERVER, attributes, startTime }, parent);
  if (!span.isRecording()) return null;
  const context = trace.setSpan(parent, span);
  return {
    visited: (visit) => addVisit(tracer, context, at, visit),
    end({ attribute, value }, fault) {
      span.setAttribute(attribute, value);
      blame(span, fault);
      span.end(at(monotonicMicroseconds()));
    },
  };
}

function addVisit(
  tracer: Tracer,
  context: Context,
  at: (microseconds: number) => number,
  { version, role, arrivedMicroseconds, reply }: LaneVisit,
): void {
  const span = tracer.startSpan(
    `${role} ${version}`,
    {
      startTime: at(arrivedMicroseconds),
      attributes: {
        'understudy.version': version,
        'understudy.role': role,
        'understudy.rows': reply.rows,
        ...(reply.unserved === null ? {} : { 'error.type': reply.unserved }),
      },
    },
    context,
  );
  const inLane = trace.setSpan(context, span);
  let time = arrivedMicroseconds;
  const step = (name: string, microseconds: number): void => {
    const child = tracer.startSpan(name, { startTime: at(time) }, inLane);
    time += microseconds;
    child.end(at(time));
  };
  if (reply.unserved === null) {
    // Decoding is the last part of the wait.
    step('queue', Math.max(0, reply.queueMicroseconds - reply.inputMicroseconds));
    step('decode', reply.inputMicroseconds);
    step('infer', reply.computeMicroseconds);
    step('encode', reply.outputMicroseconds);
  } else time = monotonicMicroseconds();
  blame(span, reply.status >= 500 ? `status ${reply.status}` : null);
  span.end(at(time));
}

function blame(span: Span, fault: string | null): void {
  if (fault !== null) span.setStatus({ code: SpanStatusCode.ERROR, message: fault });
}
