import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { providerFileName } from '../src/inference/execution-provider/library.ts';
import { checkCudaLibraries, checkDriver, checkTensorRt, proveSession } from './setup-cuda-checks.ts';
import { downloadProviders } from './setup-cuda-download.ts';
import { type InstallOptions, installProviders } from './setup-cuda-install.ts';
import { type SetupLine, textOf } from './setup-cuda-line.ts';
import { runtimeVersion } from './setup-cuda-version.ts';

export interface SetupOptions {
  /** Folder with the libraries; null to download them. */
  readonly from: string | null;
  readonly force: boolean;
  /** Whether a session on CUDA must run. */
  readonly verify: boolean;
  /** Folder of onnxruntime-node. */
  readonly packageFolder: string;
  /** Where its libraries lie. */
  readonly binding: string;
  readonly write: (text: string) => void;
}

/**
 * Installs the CUDA provider, looks at what it needs, and proves that it works.
 *
 * @returns whether a session on CUDA ran, or need not have been tried
 * @throws with a sentence when the libraries cannot be had
 */
export async function setUpCuda(options: SetupOptions): Promise<boolean> {
  const { binding, verify, write } = options;
  const tell = (lines: readonly SetupLine[]): void => {
    for (const line of lines) write(textOf(line));
  };
  const installed = await install(options);
  tell(installed.map((sentence) => ({ isFine: true, what: 'provider', sentence, mend: null })));
  const { lines, hasGpu } = await checkDriver();
  tell(lines);
  if (process.platform === 'linux') {
    tell(await checkCudaLibraries(binding, hasGpu));
    if (existsSync(join(binding, providerFileName('tensorrt')))) tell(await checkTensorRt(binding));
  }
  if (!verify) {
    write('The libraries are in place; whether a session on CUDA runs was not tried.\n');
    return true;
  }
  const proof = await proveSession();
  tell([proof]);
  return proof.isFine;
}

async function install({ from, force, packageFolder, binding }: SetupOptions): Promise<string[]> {
  const version = runtimeVersion(packageFolder);
  const place = { binding, version, force };
  if (from !== null) return written({ ...place, from });
  await using download = await downloadProviders(packageFolder);
  if (!existsSync(join(download.folder, providerFileName('cuda')))) {
    throw new Error(
      `onnxruntime-node ${version} has no CUDA provider to download for ${process.platform} ${process.arch}; take a build of ${version} for it with --from DIR`,
    );
  }
  // It fetches those of its own version, and says so nowhere in what it fetched.
  // Awaited here: what was downloaded is removed when this returns.
  return await written({ ...place, from: download.folder, force: true });
}

async function written(options: InstallOptions): Promise<string[]> {
  return (await installProviders(options)).map((path) => `installed ${path}`);
}
