import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const parentMilliseconds = 500;

/**
 * What a peer must close before it ends: at SIGTERM, at SIGINT and when who started it is gone, which is told by its parent's
 * id becoming another one.
 */
export function startPeerLife(): AsyncDisposableStack {
  const life = new AsyncDisposableStack();
  const end = async (): Promise<void> => {
    // A second signal finds it disposed of already.
    await life.disposeAsync();
    process.exit();
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
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
