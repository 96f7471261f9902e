import { setTimeout as sleep } from 'node:timers/promises';

const pauseMilliseconds = 50;
const patienceMilliseconds = 30_000;

/** Resolves with the URL once a server answers a GET of this path with 200; rejects where none does in half a minute. */
export async function waitForAnswer(url: string, path: string): Promise<string> {
  const until = performance.now() + patienceMilliseconds;
  for (;;) {
    if (await answers(url + path)) return url;
    if (performance.now() > until) throw new Error(`${url} did not answer ${path}`);
    await sleep(pauseMilliseconds);
  }
}

async function answers(address: string): Promise<boolean> {
  try {
    return (await fetch(address)).ok;
  } catch {
    // Nobody listens yet.
    return false;
  }
}
