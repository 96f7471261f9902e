import { ask, modelPath } from './ask.ts';

export interface SentLabel {
  readonly requestId: string;
  /** Of the request, from 0. */
  readonly row: number;
  readonly label: string;
}

/**
 * Gives the server the ground truth of one row; resolves once it is durable. A later one for the same row takes its place.
 *
 * @throws Refusal with the server's sentence, or TypeError where no server answers
 */
export async function sendLabel(model: string, { requestId, row, label }: SentLabel): Promise<void> {
  await ask<{ readonly accepted: number }>(modelPath(model, 'labels'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ labels: [{ id: requestId, row, label }] }),
  });
}
