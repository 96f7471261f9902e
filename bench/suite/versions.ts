import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { env } from 'onnxruntime-node';
import packageJson from '../../package.json' with { type: 'json' };
import type { SuiteResult } from './suite-result.ts';

const run = promisify(execFile);

export async function readVersions(): Promise<SuiteResult['versions']> {
  return {
    node: process.version,
    onnxRuntime: env.versions.node ?? env.versions.common,
    understudy: packageJson.version,
    commit: await readCommit(),
  };
}

/** Of the checkout that this file lies in; null where it is none or there is no git. */
async function readCommit(): Promise<string | null> {
  const git = async (...command: string[]): Promise<string> => {
    const cwd = fileURLToPath(new URL('../..', import.meta.url));
    return (await run('git', command, { cwd })).stdout.trim();
  };
  try {
    const commit = await git('rev-parse', '--short=12', 'HEAD');
    return (await git('status', '--porcelain', '--untracked-files=no')) === '' ? commit : `${commit}-dirty`;
  } catch {
    return null;
  }
}
