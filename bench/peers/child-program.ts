import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { findProgram } from './find-program.ts';

export interface ChildProgram {
  readonly command: string;
  readonly arguments: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Starts a program that ends with the peer, and resolves with what is first: its first line, or `listens`. Linux ends it also
 * where the peer is killed (PR_SET_PDEATHSIG, which goes by the thread that started it: the main one here, which lives as
 * long as the process does).
 */
export async function startChildProgram(
  life: AsyncDisposableStack,
  { command, arguments: given, environment }: ChildProgram,
  listens: Promise<string> | null = null,
): Promise<string> {
  const setpriv = process.platform === 'linux' ? findProgram(['setpriv']) : null;
  const tied = setpriv === null ? [] : [setpriv, '--pdeathsig', 'TERM', '--'];
  const [first, ...rest] = [...tied, command, ...given];
  const child = spawn(first!, rest, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
  });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  life.defer(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  const failed = ended.then(([status]) => {
    throw new Error(`${command} ended with ${String(status)} before it listened`);
  });
  const firstLine = once(createInterface({ input: child.stdout! }), 'line').then(([line]) => String(line));
  return Promise.race([listens ?? firstLine, failed]);
}
