import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { cudaFindings, readCudaFacts } from '../src/doctor/cuda.ts';
import { cudaFolders, filesOfLibrary } from '../src/doctor/cuda-libraries.ts';
import { neededLibraries } from '../src/doctor/elf-needed.ts';
import { gpuFindings, hasNvidiaGpu, kernelDriverOf, tryNvml } from '../src/doctor/gpu.ts';
import { readText } from '../src/doctor/read-text.ts';
import { fateOf, runTrial } from '../src/doctor/run-trial.ts';
import { tryLibraries } from '../src/doctor/try-libraries.ts';
import { providerFileName } from '../src/inference/execution-provider/library.ts';
import type { SetupLine } from './setup-cuda-line.ts';

/** The driver, as NVML tells of it. */
export async function checkDriver(): Promise<{ lines: SetupLine[]; hasGpu: boolean }> {
  const facts = { kernelDriver: kernelDriverOf(readText), nvml: await tryNvml() };
  const hasGpu = hasNvidiaGpu(facts);
  const lines = gpuFindings(facts).map(({ status, sentence, mend }): SetupLine => {
    const isFine = status === 'ok' && hasGpu;
    return { isFine, what: 'driver', sentence, mend: isFine ? null : (mend ?? driverMend) };
  });
  return { lines, hasGpu };
}

const driverMend =
  "install NVIDIA's driver, 525 or later for CUDA 12; in a container start it with the GPU (--gpus all)";

/** CUDA's and cuDNN's libraries: what the provider in this folder needs, which of it is here, and in which version. */
export async function checkCudaLibraries(binding: string, hasGpu: boolean): Promise<SetupLine[]> {
  const path = join(binding, providerFileName('cuda'));
  const facts = await readCudaFacts({ library: { path, installed: true }, trial: null }, hasGpu);
  const mend = cudaFindings(facts).find((finding) => finding.mend !== null)?.mend ?? null;
  return [...facts.trials].map(([name, failure]): SetupLine => {
    const file = (facts.files.get(name) ?? []).find((candidate) => candidate.includes(`/${name}`));
    const what = kindOf(name);
    if (failure !== null) {
      const sentence = `the provider needs ${name}, which cannot be loaded (${failure})`;
      return { isFine: false, what, sentence, mend };
    }
    return { isFine: true, what, sentence: `${name} can be loaded${versionIn(file)}`, mend: null };
  });
}

function kindOf(library: string): string {
  if (library.startsWith('libcudnn')) return 'cuDNN';
  return library.startsWith('libcudart') ? 'CUDA runtime' : 'CUDA';
}

/** Its whole version stands in the name that the links to it end at: `libcudart.so.12.8.90`. */
function versionIn(file: string | undefined): string {
  if (file === undefined) return '';
  const path = realpathSync(file);
  const version = /\.so\.(\d+(?:\.\d+)+)$/.exec(path)?.[1];
  return version === undefined ? ` (${path})` : `, version ${version} (${path})`;
}

/** TensorRT is wanted by those who ask for it by name, so its absence is told and mends nothing. */
export async function checkTensorRt(binding: string): Promise<SetupLine[]> {
  const path = join(binding, providerFileName('tensorrt'));
  const needed = (await neededLibraries(path)).filter((name) => name.startsWith('libnv'));
  const failures = [...(await tryLibraries(needed))].filter(([, failure]) => failure !== null);
  const files = needed.flatMap((name) => filesOfLibrary(name, cudaFolders(process.env)).slice(0, 1));
  const sentence =
    failures.length === 0
      ? `execution_provider: tensorrt can be used: ${needed.map((name, i) => `${name}${versionIn(files[i])}`).join(', ')}`
      : `execution_provider: tensorrt cannot be used without ${failures.map(([name]) => name).join(' and ')}; cuda can`;
  return [{ isFine: true, what: 'TensorRT', sentence, mend: null }];
}

const ranSchema = z.object({ createMilliseconds: z.number(), runMilliseconds: z.number() });
/** A first session compiles kernels for a GPU that the libraries do not know yet. */
const sessionLimitMs = 300_000;

/** Makes a session on CUDA in a process of its own, and runs it. */
export async function proveSession(): Promise<SetupLine> {
  const trial = new URL('../src/doctor/session-trial.ts', import.meta.url);
  const outcome = await runTrial(trial, { provider: 'cuda' }, ranSchema, sessionLimitMs);
  const what = 'session';
  if (outcome.kind !== 'answered') {
    const mend = 'mend what is said above, then run npm run setup:cuda again';
    return { isFine: false, what, sentence: `a session on CUDA ${fateOf(outcome)}`, mend };
  }
  const { createMilliseconds, runMilliseconds } = outcome.answer;
  const sentence = `a session on CUDA was made in ${Math.round(createMilliseconds)} ms and ran in ${runMilliseconds.toFixed(1)} ms`;
  return { isFine: true, what, sentence, mend: null };
}
