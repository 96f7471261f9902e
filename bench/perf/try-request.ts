import type { LoadRequest } from '../load-plan.ts';

/** One request before thousands: throws with what the server says where it refuses it, which a count of errors would not. */
export async function tryRequest(address: string, { headers, body }: LoadRequest): Promise<void> {
  const response = await fetch(address, {
    method: 'POST',
    headers: { ...headers },
    body: Buffer.from(body),
    signal: AbortSignal.timeout(60_000),
  });
  const text = await response.text();
  if (response.status === 200) return;
  throw new Error(`the server answered the first request with ${response.status}: ${text.slice(0, 1000)}`);
}
