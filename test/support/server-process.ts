import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** How a command ended and what it wrote. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `understudy` with these arguments to its end. */
export async function understudy(...args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const written = gather(child);
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, ...written() };
}

export interface ServerProcess extends AsyncDisposable {
  readonly url: string;
  /** `host:port`; empty where it listens on none. */
  readonly grpcAddress: string;
  readonly child: ChildProcess;
  /** What it has logged so far. */
  logged(): string;
  /** As `kill -9` does; resolves once it is gone. */
  kill(): Promise<void>;
  /** Asks it to end and resolves with how it did. */
  stop(signal?: 'SIGTERM' | 'SIGINT'): Promise<Ended>;
}

export interface ServerProcessOptions {
  /** More options of `serve`. */
  readonly options?: readonly string[];
  /** A command that runs another one, such as `prlimit --nofile=100`; it must become that one, not start it. */
  readonly under?: readonly string[];
  /** What is run instead of `understudy serve` and its options: a script, and its arguments. */
  readonly script?: readonly [path: string, ...rest: string[]];
}

/** A server of its own process on a free port over `<directory>/models` and `<directory>/data`; `environment` is added to that of the tests. */
export async function startServerProcess(
  directory: string,
  environment: Readonly<Record<string, string>> = {},
  { options = [], under = [], script }: ServerProcessOptions = {},
): Promise<ServerProcess> {
  const serving = [
    ...[main, 'serve', '--http-port', '0'],
    ...['--models', `${directory}/models`, '--data', `${directory}/data`, ...options],
  ];
  const [command, ...rest] = [...under, process.execPath, ...(script ?? serving)];
  const child = spawn(command!, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  const written = gather(child);
  const closed = once(child, 'close') as Promise<[number | null]>;
  const { url, grpcAddress } = await Promise.race([
    addressesIn(child),
    closed.then(([status]) => {
      throw new Error(`the server ended with status ${status} before it listened: ${written().stderr}`);
    }),
  ]);
  const end = async (signal: NodeJS.Signals): Promise<Ended> => {
    child.kill(signal);
    const [status] = await closed;
    return { status, ...written() };
  };
  return {
    ...{ url, grpcAddress, child },
    logged: () => written().stderr,
    kill: async () => void (await end('SIGKILL')),
    stop: (signal = 'SIGTERM') => end(signal),
    [Symbol.asyncDispose]: async () => void (await end('SIGKILL')),
  };
}

async function addressesIn(child: ChildProcess): Promise<{ url: string; grpcAddress: string }> {
  for await (const line of createInterface({ input: child.stdout! })) {
    const url = /https?:\/\/\S+/.exec(line)?.[0];
    if (url !== undefined) return { url, grpcAddress: /gRPC on (\S+)$/.exec(line)?.[1] ?? '' };
  }
  throw new Error('the server closed its standard output without naming its URL');
}

function gather(child: ChildProcess): () => { stdout: string; stderr: string } {
  const written = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.on('data', (chunk: Buffer) => {
      written[stream] += chunk.toString();
    });
  }
  return () => written;
}
