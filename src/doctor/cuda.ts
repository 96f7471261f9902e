import { dirname } from 'node:path';
import { cudaFolders, filesOfLibrary, neededCudaLibraries } from './cuda-libraries.ts';
import type { Finding } from './finding.ts';
import { type LibraryTrials, tryLibraries } from './try-libraries.ts';
import type { ProviderState } from './try-sessions.ts';

export interface CudaFacts {
  /** Libraries that the CUDA provider needs, with what the loader made of them. */
  readonly trials: LibraryTrials;
  /** By library: files of it, of any version, whether or not the loader looks there. */
  readonly files: ReadonlyMap<string, readonly string[]>;
  readonly providerIsInstalled: boolean;
  readonly hasNvidiaGpu: boolean;
}

const topic = 'CUDA';

export async function readCudaFacts(provider: ProviderState, hasNvidiaGpu: boolean): Promise<CudaFacts> {
  const installed = provider.library?.installed === true ? provider.library.path : null;
  const needed = await neededCudaLibraries(installed);
  const folders = cudaFolders(process.env);
  return {
    trials: await tryLibraries(needed),
    files: new Map(needed.map((name) => [name, filesOfLibrary(name, folders)])),
    providerIsInstalled: installed !== null,
    hasNvidiaGpu,
  };
}

export function cudaFindings({ trials, files, providerIsInstalled, hasNvidiaGpu }: CudaFacts): Finding[] {
  const names = [...trials.keys()];
  const missing = names.filter((name) => trials.get(name) !== null);
  const details = { libraries: Object.fromEntries(trials), files: Object.fromEntries(files) };
  if (names.length === 0) return [];
  if (missing.length === 0) {
    const sentence = `The libraries that the CUDA provider needs can be loaded: ${names.join(', ')}`;
    return [{ topic, status: 'ok', sentence, mend: null, details }];
  }
  const astray = missing.flatMap(
    (name) => (files.get(name) ?? []).find((file) => file.endsWith(`/${name}`)) ?? [],
  );
  const found = names.filter((name) => !missing.includes(name));
  const sentence =
    `Of the libraries that the CUDA provider needs ${found.length === 0 ? 'none' : found.join(', ')} can be loaded; ` +
    `not: ${missing.map((name) => `${name}${otherVersions(name, files)}`).join(', ')}`;
  return [
    {
      topic,
      status: hasNvidiaGpu || providerIsInstalled ? 'warning' : 'note',
      sentence,
      mend: hasNvidiaGpu || providerIsInstalled ? mendOf(astray) : null,
      details,
    },
  ];
}

function otherVersions(name: string, files: CudaFacts['files']): string {
  const base = /^.*\.so\.\d+/;
  const others = (files.get(name) ?? [])
    .map((file) => base.exec(file)?.[0] ?? file)
    .filter((file) => !file.endsWith(`/${name}`));
  return others.length === 0 ? '' : ` (there is ${[...new Set(others)].join(', ')})`;
}

function mendOf(astray: readonly string[]): string {
  const folders = [...new Set(astray.map((file) => dirname(file)))];
  if (folders.length > 0) {
    return `they lie where the loader does not look: LD_LIBRARY_PATH=${folders.join(':')}, or those folders in /etc/ld.so.conf.d/ and ldconfig`;
  }
  return "install CUDA 12 and cuDNN 9 (Debian, Ubuntu: NVIDIA's packages cuda-libraries-12-8 and libcudnn9-cuda-12), or start from an image that has them (nvidia/cuda:12.8.1-cudnn-runtime-ubuntu24.04)";
}
