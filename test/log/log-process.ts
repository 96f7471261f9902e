import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A process that holds a log and does what it is told, line by line: `serve-commands.ts`. */
export async function startLogProcess(directory: string) {
  const script = fileURLToPath(new URL('./serve-commands.ts', import.meta.url));
  // A write beyond the file size limit then fails as on a full disk; else it would end the process.
  const child = spawn('sh', ['-c', 'trap "" XFSZ; exec "$0" "$@"', process.execPath, script, directory], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the process with the log has ended');
    return value;
  };
  if ((await nextLine()) !== 'open') throw new Error('the process did not open its log');
  return {
    child,
    say: (line: string) => child.stdin.write(`${line}\n`),
    nextLine,
    [Symbol.asyncDispose]: () => ended(child),
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
