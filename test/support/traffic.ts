import { seededRandom } from './random.ts';
import type { TestServer } from './test-server.ts';

/** The features of request `index`, the same every time: multiples of 1/64 between −3 and 3, which FP32 holds exactly. */
export function featuresOf(index: number, columns = 4): number[] {
  const random = seededRandom(index * 2654435761);
  return Array.from({ length: columns }, () => Math.round(random() * 384 - 192) / 64);
}

/** The body of an Open Inference Protocol request with the input `x` FP32 `[rows, columns]`. */
export function inferBody(rows: readonly (readonly number[])[], extra: object = {}): string {
  return JSON.stringify({
    inputs: [{ name: 'x', datatype: 'FP32', shape: [rows.length, rows[0]?.length ?? 0], data: rows.flat() }],
    ...extra,
  });
}

/** Sends `count` requests over a few connections at once; what they gave, in order. */
export async function sendAll<Result>(
  count: number,
  send: (index: number) => Promise<Result>,
  connections = 8,
): Promise<Result[]> {
  const results = new Array<Result>(count);
  let next = 0;
  const connection = async (): Promise<void> => {
    while (next < count) {
      const index = next++;
      results[index] = await send(index);
    }
  };
  await Promise.all(Array.from({ length: connections }, connection));
  return results;
}

/** Waits until everything that was answered is compared, too, and can be seen by reports. */
export async function settled({ server }: TestServer): Promise<void> {
  await server.settle(60_000);
  await server.flush();
}
