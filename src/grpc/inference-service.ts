import type {
  handleBidiStreamingCall,
  handleUnaryCall,
  ServerUnaryCall,
  ServiceDefinition,
  UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { UnderstudyError } from '../errors.ts';
import { contextOf, type InferDoor, submitMessage } from './infer-call.ts';
import { InferStream } from './infer-stream.ts';
import { inferenceServiceName, messageCodec, serviceMethods } from './messages.ts';
import type { SimpleCall } from './model-calls.ts';
import type { AdminCall } from './repository-calls.ts';
import { statusOfError, statusOfReply, statusOfThrown } from './status.ts';

/**
 * Every method takes and gives bytes: those of an inference go to the worker and come from it as they are, and what a
 * message holds wrong is answered by a handler, in a sentence.
 */
export function serviceDefinition(): ServiceDefinition {
  const asIs = (bytes: Buffer): Buffer => bytes;
  return Object.fromEntries(
    serviceMethods().map(({ name, requestStream = false, responseStream = false }) => [
      name,
      {
        path: `/${inferenceServiceName}/${name}`,
        ...{ requestStream, responseStream },
        ...{ requestSerialize: asIs, requestDeserialize: asIs },
        ...{ responseSerialize: asIs, responseDeserialize: asIs },
      },
    ]),
  );
}

/** What answers the calls of the service; refuses them once it is closing. */
export class InferenceService {
  readonly #door: InferDoor;
  readonly #onDefect: (error: unknown) => void;
  readonly #streams = new Set<InferStream>();
  #closing: UnderstudyError | null = null;

  /** @param onDefect told of what no caller is to blame for */
  constructor(door: InferDoor, onDefect: (error: unknown) => void) {
    this.#door = door;
    this.#onDefect = onDefect;
  }

  /** @param mayCall throws where a caller may not ask for one of the admin calls */
  implementation(
    simpleCalls: Readonly<Record<string, SimpleCall>>,
    adminCalls: Readonly<Record<string, AdminCall>>,
    mayCall: (call: ServerUnaryCall<Buffer, Buffer>) => void,
  ): UntypedServiceImplementation {
    const simple = serviceMethods().flatMap(({ name, requestType, responseType }) => {
      const call = simpleCalls[name];
      if (call) return [[name, this.#simple(call, requestType, responseType)] as const];
      const admin = adminCalls[name];
      return admin ? [[name, this.#admin(admin, mayCall, requestType, responseType)] as const] : [];
    });
    return { ...Object.fromEntries(simple), ModelInfer: this.#infer, ModelStreamInfer: this.#stream };
  }

  /** Refuses what comes from now on; streams end when what they have taken is answered. */
  close(): void {
    this.#closing = new UnderstudyError(
      'SHUTTING_DOWN',
      'the server is shutting down; try again in a second',
    );
    for (const stream of this.#streams) stream.endWith(statusOfError(this.#closing));
  }

  readonly #infer: handleUnaryCall<Buffer, Buffer> = (call, callback) => {
    try {
      if (this.#closing) throw this.#closing;
      const giveUp = submitMessage(this.#door, call.request, contextOf(call, 'ModelInfer'), (answer) => {
        if (answer.status === 200) callback(null, asBuffer(answer.body));
        else callback(statusOfReply(answer));
      });
      call.once('cancelled', giveUp);
    } catch (error) {
      callback(statusOfThrown(error, this.#onDefect));
    }
  };

  readonly #stream: handleBidiStreamingCall<Buffer, Buffer> = (call) => {
    try {
      if (this.#closing) throw this.#closing;
      const stream = new InferStream(call, this.#door, this.#onDefect);
      this.#streams.add(stream);
      call.once('close', () => this.#streams.delete(stream));
    } catch (error) {
      call.emit('error', statusOfThrown(error, this.#onDefect));
    }
  };

  #admin(
    answer: AdminCall,
    mayCall: (call: ServerUnaryCall<Buffer, Buffer>) => void,
    requestType: string,
    responseType: string,
  ): handleUnaryCall<Buffer, Buffer> {
    const request = messageCodec(requestType);
    const response = messageCodec(responseType);
    const answered = async (call: ServerUnaryCall<Buffer, Buffer>): Promise<Buffer> => {
      if (this.#closing) throw this.#closing;
      mayCall(call);
      return response.encode(await answer(decoded(request.decode, call.request) as never));
    };
    return (call, callback) => {
      answered(call).then(
        (bytes) => callback(null, bytes),
        (error: unknown) => callback(statusOfThrown(error, this.#onDefect)),
      );
    };
  }

  #simple(answer: SimpleCall, requestType: string, responseType: string): handleUnaryCall<Buffer, Buffer> {
    const request = messageCodec(requestType);
    const response = messageCodec(responseType);
    return (call, callback) => {
      try {
        callback(null, response.encode(answer(decoded(request.decode, call.request) as never)));
      } catch (error) {
        callback(statusOfThrown(error, this.#onDefect));
      }
    };
  }
}

function decoded(decode: (bytes: Uint8Array) => object, bytes: Buffer): object {
  try {
    return decode(bytes);
  } catch (cause) {
    throw new UnderstudyError('MALFORMED_MESSAGE', 'The message is no valid protobuf of the protocol.', {
      cause,
    });
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
