import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export interface LoadResult {
  readonly requestsPerSecond: number;
  readonly p50Milliseconds: number;
  readonly p99Milliseconds: number;
  readonly p999Milliseconds: number;
  readonly failed: number;
  /** Of every request, ascending; empty for a closed loop. */
  readonly milliseconds: readonly number[];
}

export interface BenchServer extends AsyncDisposable {
  readonly url: string;
  /** Stops it with all processes it has started, as Ctrl-Z does: what it still has to do must not be measured with others. */
  pause(): void;
  resume(): void;
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Starts a server as a process of its own; the first line it prints is its URL. */
export async function startBenchServer(script: string, ...options: string[]): Promise<BenchServer> {
  const child: ChildProcess = spawn(process.execPath, [here(script), ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // A process group of its own, with the processes it starts.
    detached: true,
  });
  const signalGroup = (signal: NodeJS.Signals): void => void process.kill(-child.pid!, signal);
  const lines = createInterface({ input: child.stdout! });
  const [url] = (await Promise.race([
    once(lines, 'line'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`${script} ended with ${String(code)}`))),
  ])) as [string];
  return {
    url,
    pause: () => signalGroup('SIGSTOP'),
    resume: () => signalGroup('SIGCONT'),
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

/**
 * Load from a third process, so that neither server nor bench wait for each other.
 *
 * @param rate requests per second that are due whatever the server does; 0 for a closed loop
 */
export async function load(
  url: string,
  body: string,
  seconds: number,
  connections: number,
  rate = 0,
): Promise<LoadResult> {
  const parameters = [here('./load.ts'), url, body, String(seconds), String(connections), String(rate)];
  const { stdout } = await promisify(execFile)(process.execPath, parameters, {
    maxBuffer: 256 * 1024 * 1024,
  });
  return JSON.parse(stdout) as LoadResult;
}
