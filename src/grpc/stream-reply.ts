import { ProtobufWriter } from '../protocol/protobuf-writer.ts';

/** Fields of `ModelStreamInferResponse`, and of the `ModelInferResponse` in it. */
const fields = { errorMessage: 1, inferResponse: 2 } as const;
const idField = 3;

const writer = new ProtobufWriter();

/** A `ModelInferResponse`, as the worker encoded it, as the message of a stream. */
export function streamReply(response: Uint8Array): Buffer {
  writer.reset();
  const at = writer.bytes(fields.inferResponse, response.length);
  writer.buffer.set(response, at);
  return writer.copyOut();
}

/** Says what was wrong with a request of a stream, and with which. */
export function streamError(sentence: string, id: string): Buffer {
  writer.reset();
  writer.text(fields.errorMessage, sentence);
  const start = writer.open(fields.inferResponse);
  writer.text(idField, id);
  writer.close(start);
  return writer.copyOut();
}
