import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { neededLibraries } from './elf-needed.ts';

/** What ONNX Runtime's CUDA provider for CUDA 12 and cuDNN 9 wants loaded with it; its own file says so where it is installed. */
const usuallyNeeded = [
  ...['libcudart.so.12', 'libcublas.so.12', 'libcublasLt.so.12'],
  ...['libcufft.so.11', 'libcurand.so.10', 'libcudnn.so.9'],
];

/**
 * Names of the CUDA libraries that the provider needs.
 *
 * @param providerLibrary path of `libonnxruntime_providers_cuda.so`; null where it is not installed
 */
export async function neededCudaLibraries(providerLibrary: string | null): Promise<readonly string[]> {
  if (providerLibrary === null) return usuallyNeeded;
  const needed = await neededLibraries(providerLibrary);
  return needed.filter((name) => /^lib(cuda|cu|nv)/.test(name));
}

/** Folders that hold CUDA libraries on most machines, each once, whether or not the loader looks there. */
export function cudaFolders(environment: Readonly<Record<string, string | undefined>>): string[] {
  const machine = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
  const installed = entriesOf('/usr/local')
    .filter((name) => name.startsWith('cuda'))
    .flatMap((name) =>
      ['lib64', 'lib', `targets/${machine}-linux/lib`].map((folder) => join('/usr/local', name, folder)),
    );
  const named = (environment.LD_LIBRARY_PATH ?? '').split(':').filter((folder) => folder !== '');
  const usual = [`/usr/lib/${machine}-linux-gnu`, '/usr/lib64', '/usr/lib', '/opt/cuda/lib64'];
  // `/usr/local/cuda` and much below it are links to one place.
  const byPlace = new Map(
    [...named, ...usual, ...installed]
      .filter((folder) => existsSync(folder))
      .map((folder) => [realpathSync(folder), folder]),
  );
  return [...byPlace.values()];
}

/** Files of that library, of whatever version: for `libcudart.so.12` also `/usr/local/cuda-13.0/lib/libcudart.so.13`. */
export function filesOfLibrary(library: string, folders: readonly string[]): string[] {
  const base = library.replace(/\.so.*$/, '.so');
  const files = folders.flatMap((folder) =>
    entriesOf(folder)
      .filter((name) => name.startsWith(`${base}.`))
      .map((name) => join(folder, name)),
  );
  return [...new Set(files)];
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    // A folder that this machine has not, or keeps to itself, holds no library for us.
    if (error instanceof Error && 'code' in error && typeof error.code === 'string') return [];
    throw error;
  }
}
