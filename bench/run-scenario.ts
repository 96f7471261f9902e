import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface BenchServer extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  /** Stops it with all processes it has started, as Ctrl-Z does: what it still has to do must not be measured with others. */
  pause(): void;
  resume(): void;
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * Starts a server as a process of its own; the first line it prints is its URL. It stays in the bench's own session:
 * where Linux groups threads by session (autogroup), an idle thread is idle beside those of its session only, and beside
 * a load generator of another one it would be worth as much as a normal thread.
 */
export async function startBenchServer(script: string, ...options: string[]): Promise<BenchServer> {
  const child: ChildProcess = spawn(process.execPath, [here(script), ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pid = child.pid!;
  const release = endWith(child);
  const lines = createInterface({ input: child.stdout! });
  const [url] = (await Promise.race([
    once(lines, 'line'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`${script} ended with ${String(code)}`))),
  ])) as [string];
  return {
    url,
    pid,
    pause: () => signalAll(pid, 'SIGSTOP'),
    resume: () => signalAll(pid, 'SIGCONT'),
    async [Symbol.asyncDispose]() {
      release();
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

/** A bench that ends early, since whoever asked for it is gone, leaves no server behind. Returns what lets the server be. */
export function endWith(child: ChildProcess): () => void {
  const end = (): void => {
    // Who is stopped cannot end.
    signalAll(child.pid!, 'SIGCONT');
    child.kill('SIGTERM');
  };
  process.once('exit', end);
  return () => process.off('exit', end);
}

/** The process and all that it has started, as far as the system tells. */
export function processTree(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(processTree)];
}

function signalAll(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile, as processes of a shadow that hangs do.
    return;
  }
  for (const child of childrenOf(pid)) signalAll(child, signal);
}

/** Of all its threads. Empty where the system does not tell. */
function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}
