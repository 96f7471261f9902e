import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export interface BuiltDashboard extends AsyncDisposable {
  /** For the `dashboard` of a test server. */
  readonly folder: string;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const vite = join(root, 'node_modules/vite/bin/vite.js');

/**
 * The dashboard as its sources are now, built into a temporary folder, so that tests that run at once do not share one; by a process of
 * its own, since in one that tests React would be built with what helps its developers.
 */
export async function buildDashboard(): Promise<BuiltDashboard> {
  const folder = await mkdtemp(join(tmpdir(), 'understudy-dashboard-'));
  const flags = ['--outDir', folder, '--emptyOutDir', '--logLevel', 'error'];
  await promisify(execFile)(process.execPath, [vite, 'build', 'dashboard', ...flags], {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'production' },
  });
  return {
    folder,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
