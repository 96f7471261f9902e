import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const signals = ['SIGINT', 'SIGTERM'] as const;

/** A folder of this process that is gone when it is disposed of, and when the process is told to end before. */
export async function temporaryDirectory(
  prefix: string,
): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), prefix));
  const stop = (signal: NodeJS.Signals): void => {
    rmSync(path, { recursive: true, force: true });
    // Then the signal does what it does to a process that does not listen.
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  };
  for (const signal of signals) process.on(signal, stop);
  return {
    path,
    async [Symbol.asyncDispose]() {
      for (const signal of signals) process.off(signal, stop);
      await rm(path, { recursive: true, force: true });
    },
  };
}
