import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';

export const inferenceServiceName = 'inference.GRPCInferenceService';

const file = new URL('./inference.proto', import.meta.url);

/** How a message of `inference.proto` is read from bytes and written to them, as plain objects with the names of that file. */
export interface MessageCodec {
  decode(bytes: Uint8Array): object;
  encode(message: object): Buffer;
}

/** The messages of the protocol by name; parsed when first asked for, since a server without gRPC needs none. */
export function messageCodec(name: string): MessageCodec {
  const type = protocol().lookupType(`inference.${name}`);
  return {
    decode: (bytes) =>
      type.toObject(type.decode(bytes), { longs: Number, defaults: true, enums: String, oneofs: true }),
    encode: (message) => {
      const bytes = type.encode(type.fromObject(message)).finish();
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    },
  };
}

/** Methods of the service, as the file lists them. */
export function serviceMethods(): readonly protobuf.Method[] {
  return protocol().lookupService(inferenceServiceName).methodsArray;
}

let parsed: protobuf.Namespace | null = null;

function protocol(): protobuf.Namespace {
  parsed ??= protobuf.parse(readFileSync(file, 'utf8'), { keepCase: true }).root.resolveAll();
  return parsed;
}
