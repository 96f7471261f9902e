import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import protobuf from 'protobufjs';

/** As much of opentelemetry/proto/trace/v1/trace.proto as is looked at, by the same numbers. */
const { root } = protobuf.parse(
  `syntax = "proto3";
  message Request { repeated ResourceSpans resource_spans = 1; }
  message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
  message Resource { repeated KeyValue attributes = 1; }
  message ScopeSpans { repeated Span spans = 2; }
  message KeyValue { string key = 1; AnyValue value = 2; }
  message AnyValue { oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; } }
  message Status { string message = 2; int32 code = 3; }
  message Span {
    bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; bytes parent_span_id = 4; string name = 5; int32 kind = 6;
    fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8; repeated KeyValue attributes = 9; Status status = 15;
  }`,
);
const type = root.lookupType('Request');

export interface CollectedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for one that began a trace. */
  readonly parentId: string;
  readonly traceState: string;
  readonly kind: number;
  readonly startNanoseconds: bigint;
  readonly endNanoseconds: bigint;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly status: { readonly code: number; readonly message: string } | null;
  readonly resource: Readonly<Record<string, unknown>>;
}

/** A collector of traces, OTLP over HTTP in protobuf, that keeps what it is sent. */
export interface OtlpCollector extends AsyncDisposable {
  readonly url: string;
  readonly spans: CollectedSpan[];
  /** Paths and content types of the calls. */
  readonly calls: string[];
}

export async function startCollector(status = 200): Promise<OtlpCollector> {
  const spans: CollectedSpan[] = [];
  const calls: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      calls.push(`${request.method} ${request.url} ${request.headers['content-type']}`);
      if (status === 200) spans.push(...spansIn(Buffer.concat(chunks)));
      response.writeHead(status).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    calls,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface DecodedSpan {
  readonly name: string;
  readonly traceId: Buffer;
  readonly spanId: Buffer;
  readonly parentSpanId: Buffer;
  readonly traceState: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Pair[];
  readonly status: { readonly code: number; readonly message: string } | null;
}

interface Pair {
  readonly key: string;
  readonly value: { readonly value: string } & Readonly<Record<string, unknown>>;
}

interface Decoded {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Pair[] };
    readonly scopeSpans: readonly { readonly spans: readonly DecodedSpan[] }[];
  }[];
}

function spansIn(body: Buffer): CollectedSpan[] {
  const request = type.toObject(type.decode(body), {
    ...{ longs: String, defaults: true, arrays: true, oneofs: true, bytes: Buffer },
  }) as Decoded;
  return request.resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        name: span.name,
        traceId: span.traceId.toString('hex'),
        spanId: span.spanId.toString('hex'),
        parentId: span.parentSpanId.toString('hex'),
        traceState: span.traceState,
        kind: span.kind,
        startNanoseconds: BigInt(span.startTimeUnixNano),
        endNanoseconds: BigInt(span.endTimeUnixNano),
        attributes: attributesOf(span.attributes),
        status: span.status,
        resource: attributesOf(resource.attributes),
      })),
    ),
  );
}

function attributesOf(pairs: readonly Pair[]): Record<string, unknown> {
  return Object.fromEntries(
    pairs.map(({ key, value }) => {
      const one = value[value.value];
      return [key, value.value === 'intValue' ? Number(one) : one];
    }),
  );
}
