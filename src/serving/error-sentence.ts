import type { LaneReply } from '../inference/messages/reply-batch.ts';

/** The sentence of a reply that is an error: its body is `{"error": sentence}`. */
export function errorSentence({ body }: LaneReply): string {
  const { error } = JSON.parse(Buffer.from(body).toString('utf8')) as { readonly error: string };
  return error;
}
