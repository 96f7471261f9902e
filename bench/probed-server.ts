import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { endWith } from './run-scenario.ts';
import type { MemorySample } from './servers/memory-probe.ts';
import type { BenchServerOptions } from './servers/understudy.ts';

export interface ProbedServer extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  /** What it holds once the main thread's garbage is collected. */
  memory(): Promise<MemorySample>;
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Understudy in a process that tells what it holds in memory. */
export async function startProbedServer(options: BenchServerOptions): Promise<ProbedServer> {
  const child = fork(here('./servers/understudy.ts'), [JSON.stringify(options)], {
    execArgv: ['--expose-gc', '--import', here('./servers/memory-probe.ts')],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const release = endWith(child);
  const gone = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`the server ended with ${code ?? signal}`);
  });
  // Whoever waits for something else is told then.
  gone.catch(() => {});
  const lines = createInterface({ input: child.stdout! });
  const [url] = (await Promise.race([once(lines, 'line'), gone])) as [string];
  return {
    ...{ url, pid: child.pid! },
    async memory() {
      child.send('measure');
      const [sample] = (await Promise.race([once(child, 'message'), gone])) as [MemorySample];
      return sample;
    },
    async [Symbol.asyncDispose]() {
      const ended = child.exitCode !== null || child.signalCode !== null ? null : once(child, 'exit');
      release();
      child.kill('SIGTERM');
      await ended;
    },
  };
}
