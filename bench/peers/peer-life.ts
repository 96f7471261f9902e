import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const parentMilliseconds = 500;

/**
 * What a peer must close or remove before it ends: at SIGTERM, at SIGINT and when who started it is gone, which is told by its
 * parent's id becoming another one.
 */
export function startPeerLife(): AsyncDisposableStack {
  const life = new AsyncDisposableStack();
  const end = async (): Promise<void> => {
    // Ctrl-C comes from the terminal and, as SIGTERM, from who is ended by it: the first is enough.
    if (life.disposed) return;
    await life.disposeAsync();
    // Not an exit: ONNX Runtime aborts where a thread is ended in the middle of a run.
    process.kill(process.pid, 'SIGKILL');
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    void end();
  }, parentMilliseconds);
  return life;
}

/** A folder that lasts as long as the peer. */
export async function temporaryFolder(life: AsyncDisposableStack): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'understudy-peer-'));
  life.defer(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
