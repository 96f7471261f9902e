/** An answer of the server that is no success; the message is its own sentence. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, sentence: string) {
    super(sentence);
    this.name = 'Refusal';
    this.status = status;
  }
}

/**
 * Asks this page's own server for JSON, or tells it something.
 *
 * @throws Refusal with the server's sentence, or TypeError where no server answers
 */
export async function ask<Answer>(path: string, init: RequestInit = {}): Promise<Answer> {
  const headers = new Headers(init.headers);
  headers.set('accept', 'application/json');
  const response = await fetch(path, { ...init, headers });
  const body: unknown = await response.json().catch(() => null);
  if (response.ok && body !== null) return body as Answer;
  const sentence =
    typeof body === 'object' && body !== null && 'error' in body
      ? String(body.error)
      : `the server answered ${response.status} ${response.statusText}`.trim();
  throw new Refusal(response.status, sentence);
}

/** Path of a route of a model. */
export function modelPath(model: string, route: string): string {
  return `/v2/models/${encodeURIComponent(model)}/${route}`;
}
