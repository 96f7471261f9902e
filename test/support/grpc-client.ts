import { fileURLToPath } from 'node:url';
import {
  type CallOptions,
  type ChannelOptions,
  Client,
  type ClientDuplexStream,
  credentials,
  type Metadata,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import protobuf from 'protobufjs';
import type { Tensor } from '../../src/protocol/tensor.ts';
import { rawBytes } from './infer-client.ts';

const file = fileURLToPath(new URL('../../src/grpc/inference.proto', import.meta.url));
const root = protobuf.loadSync(file, new protobuf.Root());
const path = '/inference.GRPCInferenceService';

/** A real gRPC client whose messages protobufjs writes and reads, apart from the server's own codecs. */
export interface GrpcClient extends Disposable {
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes
  call(method: string, request?: object, metadata?: Metadata, options?: CallOptions): Promise<any>;
  /** Sends bytes as they are. */
  callWith(method: string, bytes: Uint8Array, service?: string): Promise<Buffer>;
  /** An inference that can be cancelled. */
  begin(request: object): { cancel(): void; readonly ended: Promise<status> };
  stream(): ClientDuplexStream<object, StreamAnswer>;
}

export interface StreamAnswer {
  readonly errorMessage: string;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly inferResponse: any;
}

const typeOf = (name: string): protobuf.Type => root.lookupType(`inference.${name}`);
const writer =
  (name: string) =>
  (message: object): Buffer => {
    const problem = typeOf(name).verify(message);
    if (problem !== null) throw new Error(`the test's own message is wrong: ${problem}`);
    return Buffer.from(typeOf(name).encode(message).finish());
  };
const reader = (name: string) => (bytes: Buffer) =>
  typeOf(name).toObject(typeOf(name).decode(bytes), { defaults: true, longs: String, enums: String });

/** @param authority certificate in PEM form of a server with TLS; null for a plain connection */
export function connectGrpc(
  address: string | null,
  options: ChannelOptions = {},
  authority: Buffer | null = null,
): GrpcClient {
  if (address === null) throw new Error('the server has no gRPC');
  const client = new Client(
    address,
    authority ? credentials.createSsl(authority) : credentials.createInsecure(),
    {
      'grpc.use_local_subchannel_pool': 1,
      'grpc.max_receive_message_length': -1,
      ...options,
    },
  );
  const asIs = (bytes: Buffer): Buffer => bytes;
  return {
    call(method, request = {}, metadata, callOptions = {}) {
      const { promise, resolve, reject } = Promise.withResolvers();
      const done = (error: ServiceError | null, answer?: unknown) =>
        error ? reject(error) : resolve(answer);
      const [write, read] = [writer(`${method}Request`), reader(`${method}Response`)];
      if (metadata)
        client.makeUnaryRequest(`${path}/${method}`, write, read, request, metadata, callOptions, done);
      else client.makeUnaryRequest(`${path}/${method}`, write, read, request, callOptions, done);
      return promise;
    },
    callWith(method, bytes, service = path) {
      const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
      client.makeUnaryRequest(`${service}/${method}`, asIs, asIs, Buffer.from(bytes), (error, answer) =>
        error ? reject(error) : resolve(answer!),
      );
      return promise;
    },
    begin(request) {
      const { promise: ended, resolve } = Promise.withResolvers<status>();
      const call = client.makeUnaryRequest(
        `${path}/ModelInfer`,
        ...([writer('ModelInferRequest'), asIs] as const),
        request,
        (error) => resolve(error?.code ?? status.OK),
      );
      return { cancel: () => call.cancel(), ended };
    },
    stream: () =>
      client.makeBidiStreamRequest(
        `${path}/ModelStreamInfer`,
        writer('ModelInferRequest'),
        reader('ModelStreamInferResponse') as (bytes: Buffer) => StreamAnswer,
      ),
    [Symbol.dispose]: () => client.close(),
  };
}

/** As Triton's client does: tensors described, their bytes beside. */
export function rawRequest(modelName: string, inputs: readonly Tensor[], extra: object = {}): object {
  return {
    modelName,
    inputs: inputs.map(({ name, datatype, shape }) => ({ name, datatype, shape })),
    rawInputContents: inputs.map(rawBytes),
    ...extra,
  };
}

const contentsOf: Readonly<Record<string, string>> = {
  BOOL: 'boolContents',
  ...{ INT8: 'intContents', INT16: 'intContents', INT32: 'intContents', INT64: 'int64Contents' },
  ...{ UINT8: 'uintContents', UINT16: 'uintContents', UINT32: 'uintContents', UINT64: 'uint64Contents' },
  ...{ FP32: 'fp32Contents', FP64: 'fp64Contents', BYTES: 'bytesContents' },
};

/** As KServe's client does: values in the list of their type. */
export function typedRequest(modelName: string, inputs: readonly Tensor[], extra: object = {}): object {
  return {
    modelName,
    inputs: inputs.map(({ name, datatype, shape, data }) => ({
      ...{ name, datatype, shape },
      contents: {
        [contentsOf[datatype]!]: Array.from(data as readonly unknown[], (value) =>
          typedValue(datatype, value),
        ),
      },
    })),
    ...extra,
  };
}

function typedValue(datatype: string, value: unknown): unknown {
  if (datatype === 'BOOL') return value !== 0;
  if (datatype === 'BYTES') return Buffer.from(value as string);
  if (typeof value !== 'bigint') return value;
  return {
    low: Number(BigInt.asIntN(32, value)),
    high: Number(BigInt.asIntN(32, value >> 32n)),
    unsigned: datatype === 'UINT64',
  };
}

/** Values of the typed contents of an output, as the test's tensors hold them. */
export function typedValues(output: { datatype: string; contents: Record<string, unknown[]> }): unknown[] {
  return output.contents[contentsOf[output.datatype]!]!.map((value) => {
    if (output.datatype === 'BYTES') return Buffer.from(value as Uint8Array).toString();
    if (output.datatype === 'BOOL') return value ? 1 : 0;
    return output.datatype.endsWith('INT64') ? BigInt(value as string) : value;
  });
}

export function requestMessage(request: object): Buffer {
  return writer('ModelInferRequest')(request);
}
