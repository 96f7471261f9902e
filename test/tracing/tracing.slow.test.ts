import { once } from 'node:events';
import { Metadata } from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from 'vitest';
import type { Tensor } from '../../src/protocol/tensor.ts';
import { connectGrpc, rawRequest } from '../support/grpc-client.ts';
import { mlp, throwing } from '../support/onnx-models.ts';
import { type CollectedSpan, type OtlpCollector, startCollector } from '../support/otlp-collector.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const models = {
  'fraud/7/model.onnx': mlp({ seed: 7 }),
  'fraud/8/model.onnx': mlp({ seed: 8 }),
  'fraud/deployment.yaml': 'shadows: [{version: 8, sample: 100%}]',
};
const features = { features: [[1, 2, 3, 4]] };
const traceId = '0af7651916cd43dd8448eb211c80319c';
const parentId = 'b7ad6b7169203331';
const traceparent = `00-${traceId}-${parentId}-01`;
const row: Tensor = { name: 'x', datatype: 'FP32', shape: [1, 4], data: Float32Array.of(1, 2, 3, 4) };

/** What the collector has when a server that did this has closed. */
async function traced(
  act: (server: TestServer) => Promise<unknown>,
  options: Partial<Parameters<typeof startTestServer>[0]> = {},
): Promise<OtlpCollector & { readonly logged: TestServer['logged'] }> {
  const collector = await startCollector();
  await using server = await startTestServer({ models, grpc: true, otlpEndpoint: collector.url, ...options });
  await act(server);
  await server.server.settle(10_000);
  await server.server.close();
  return Object.assign(collector, { logged: server.logged });
}

const named = (spans: readonly CollectedSpan[], name: string): CollectedSpan => {
  const found = spans.find((span) => span.name === name);
  if (!found)
    throw new Error(`no span is called ${name}; there are ${spans.map((span) => span.name).join(', ')}`);
  return found;
};
const childrenOf = (spans: readonly CollectedSpan[], parent: CollectedSpan): CollectedSpan[] =>
  spans.filter((span) => span.parentId === parent.spanId);

const ok = 0;
const error = 2;

describe('a trace', () => {
  it('goes on from the HTTP client’s through the primary’s lane and worker to the shadow', async () => {
    const before = BigInt(Date.now() - 1) * 1_000_000n;
    await using collector = await traced(async (server) => {
      const answer = await server.post('/predict/fraud', features, { traceparent, tracestate: 'vendor=a' });
      expect(answer.status).toBe(200);
    });
    const { spans } = collector;
    const root = named(spans, 'POST /predict/:model');
    expect(new Set(spans.map((span) => span.traceId))).toEqual(new Set([traceId]));
    expect(root).toMatchObject({ parentId, kind: 2, traceState: 'vendor=a' });
    expect(root.attributes).toMatchObject({
      ...{ 'http.request.method': 'POST', 'http.route': '/predict/:model', 'url.path': '/predict/fraud' },
      ...{ 'http.response.status_code': 200, 'understudy.model': 'fraud' },
    });
    expect(root.resource).toMatchObject({ 'service.name': 'understudy' });
    expect(childrenOf(spans, root).map(({ name }) => name)).toEqual(['primary 7', 'shadow 8']);
    for (const name of ['primary 7', 'shadow 8']) {
      const lane = named(spans, name);
      expect(lane.attributes).toMatchObject({ 'understudy.version': name.at(-1), 'understudy.rows': 1 });
      const steps = childrenOf(spans, lane);
      expect(steps.map((step) => step.name)).toEqual(['queue', 'decode', 'infer', 'encode']);
      // One after the other, in the time of the lane.
      const times = [
        lane.startNanoseconds,
        ...steps.flatMap((step) => [step.startNanoseconds, step.endNanoseconds]),
      ];
      expect([...times].sort((a, b) => (a < b ? -1 : 1))).toEqual(times);
      expect(steps.at(-1)!.endNanoseconds).toBeLessThanOrEqual(lane.endNanoseconds);
    }
    const primary = named(spans, 'primary 7');
    expect(primary.startNanoseconds).toBeGreaterThanOrEqual(root.startNanoseconds);
    expect(primary.endNanoseconds).toBeLessThanOrEqual(root.endNanoseconds);
    expect(named(spans, 'shadow 8').startNanoseconds).toBeGreaterThanOrEqual(primary.endNanoseconds);
    expect(root.startNanoseconds).toBeGreaterThan(before);
    expect(root.endNanoseconds).toBeLessThan(BigInt(Date.now() + 1) * 1_000_000n);
    expect(collector.calls[0]).toBe('POST /v1/traces application/x-protobuf');
    expect(collector.logged.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('goes on from the gRPC client’s, for each request of a stream, too', async () => {
    await using collector = await traced(async (server) => {
      using client = connectGrpc(server.server.grpcAddress);
      const metadata = new Metadata();
      metadata.set('traceparent', traceparent);
      await client.call('ModelInfer', rawRequest('fraud', [row]), metadata);
      const stream = client.stream();
      let answers = 0;
      const both = new Promise<void>((resolve) => stream.on('data', () => ++answers === 2 && resolve()));
      stream.write(rawRequest('fraud', [row]));
      stream.write(rawRequest('nobody', [row]));
      await both;
      stream.end();
      // A stream whose server went away first would fail where no test catches it.
      await once(stream, 'end');
    });
    const { spans } = collector;
    const call = named(spans, 'inference.GRPCInferenceService/ModelInfer');
    expect(call).toMatchObject({ traceId, parentId, kind: 2 });
    expect(call.attributes).toMatchObject({
      ...{
        'rpc.system': 'grpc',
        'rpc.service': 'inference.GRPCInferenceService',
        'rpc.method': 'ModelInfer',
      },
      ...{ 'rpc.grpc.status_code': 0, 'understudy.model': 'fraud' },
    });
    const streamed = spans.filter(({ name }) => name.endsWith('/ModelStreamInfer'));
    expect(streamed.map(({ attributes }) => attributes['rpc.grpc.status_code'])).toEqual([5, 0]);
    expect(childrenOf(spans, call).map(({ name }) => name)).toEqual(['primary 7', 'shadow 8']);
  });

  it('begins with the server where the client has none, or one that cannot be read', async () => {
    await using collector = await traced(async (server) => {
      await server.post('/predict/fraud', features);
      await server.post('/predict/fraud', features, { traceparent: 'no trace' });
    });
    const roots = collector.spans.filter(({ kind }) => kind === 2);
    expect(roots.map((root) => root.parentId)).toEqual(['', '']);
    expect(new Set(roots.map((root) => root.traceId)).size).toBe(2);
  });

  it('is not made where the client does not want one', async () => {
    await using collector = await traced((server) =>
      server.post('/predict/fraud', features, { traceparent: `00-${traceId}-${parentId}-00` }),
    );
    expect(collector.spans).toEqual([]);
  });

  it('says whose fault it is when a request fails', async () => {
    await using collector = await traced(
      async (server) => {
        expect((await server.post('/predict/fraud', 'no json')).status).toBe(400);
        expect((await server.post('/predict/nobody', features)).status).toBe(404);
        const broken = { inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 4], data: [1, 2, 3, 4] }] };
        expect((await server.post('/v2/models/broken/infer', broken)).status).toBe(500);
      },
      { models: { ...models, 'broken/1/model.onnx': throwing() } },
    );
    const roots = collector.spans.filter(({ kind }) => kind === 2);
    expect(
      roots.map(({ attributes, status }) => [attributes['http.response.status_code'], status?.code ?? ok]),
    ).toEqual([
      [400, ok],
      [404, ok],
      [500, error],
    ]);
    expect(roots[2]!.status!.message).toMatch(/^model broken version 1 failed: /);
  });
});

describe('tracing', () => {
  it('is off unless it is asked for', async () => {
    await using server = await startTestServer({ models });
    expect((await server.post('/predict/fraud', features, { traceparent })).status).toBe(200);
    await server.server.close();
  });

  it('that reaches no collector says so once, and neither fails a request nor keeps the server', async () => {
    await using refusing = await startCollector(400);
    await using server = await startTestServer({ models, otlpEndpoint: refusing.url });
    for (let i = 0; i < 5; i++) expect((await server.post('/predict/fraud', features)).status).toBe(200);
    await server.server.close();
    const complaints = server.logged.filter(({ message }) => /traces could not be sent/.test(message));
    expect(complaints).toHaveLength(1);
    expect(complaints[0]!.level).toBe('warn');
  });
});

describe('the variables of OpenTelemetry', () => {
  afterEach(() => {
    for (const name of Object.keys(process.env)) if (name.startsWith('OTEL_')) delete process.env[name];
  });
  /** Spans of one request while these are set. */
  async function spansWith(environment: Record<string, string>) {
    await using collector = await startCollector();
    for (const [name, value] of Object.entries(environment)) {
      process.env[name] = value.replace('URL', collector.url);
    }
    await using server = await startTestServer({ models });
    await server.post('/predict/fraud', features);
    await server.server.settle(10_000);
    await server.server.close();
    return { spans: collector.spans, logged: server.logged.map(({ message }) => message) };
  }
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'URL' };

  it('turn it on, and name the service', async () => {
    const { spans } = await spansWith({
      ...endpoint,
      ...{ OTEL_SERVICE_NAME: 'scores', OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=test' },
    });
    expect(named(spans, 'primary 7').resource).toMatchObject({
      ...{ 'service.name': 'scores', 'deployment.environment': 'test' },
    });
  });

  it('may name the very path', async () => {
    const { spans } = await spansWith({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'URL/elsewhere' });
    expect(spans.length).toBeGreaterThan(0);
  });

  it.each([
    [{ OTEL_SDK_DISABLED: 'true' }, null],
    [{ OTEL_TRACES_EXPORTER: 'none' }, null],
    [{ OTEL_TRACES_SAMPLER: 'always_off' }, null],
    [{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' }, null],
    [{ OTEL_TRACES_EXPORTER: 'zipkin' }, /OTEL_TRACES_EXPORTER is "zipkin"; there are otlp and none/],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, /ask for grpc; http\/protobuf is what there is/],
  ])('turn it off: %j', async (environment, remark) => {
    const { spans, logged } = await spansWith({ ...endpoint, ...environment });
    expect(spans).toEqual([]);
    if (remark) expect(logged.some((message) => remark.test(message))).toBe(true);
  });

  it('that are no values are told of, and taken for the usual ones', async () => {
    const { spans, logged } = await spansWith({ ...endpoint, OTEL_TRACES_SAMPLER: 'sometimes' });
    expect(spans.length).toBeGreaterThan(0);
    expect(
      logged.some((message) =>
        /OTEL_TRACES_SAMPLER is "sometimes"; it must be one of always_on, /.test(message),
      ),
    ).toBe(true);
  });
});
