import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { sentenceOf } from '../errors.ts';
import { bindingFolder, providerFileName } from '../inference/execution-provider/library.ts';
import type { ProviderName } from '../inference/execution-provider/plan-providers.ts';
import { runTrial, type TrialOutcome } from './run-trial.ts';

const answerSchema = z.strictObject({
  createMilliseconds: z.number(),
  runMilliseconds: z.number(),
  /** Paths of the libraries that the process had loaded while the session lived. */
  libraries: z.array(z.string()),
  /** Providers that the package was built with; those that are not bundled take libraries of their own. */
  backends: z.array(z.strictObject({ name: z.string(), bundled: z.boolean() })),
});

export type SessionTrial = TrialOutcome<z.output<typeof answerSchema>>;

export interface ProviderState {
  /** The provider's own library beside ONNX Runtime's; null where it needs none. */
  readonly library: { readonly path: string; readonly installed: boolean } | null;
  /** Null where it was not tried, since its library is not installed. */
  readonly trial: SessionTrial | null;
}

export type SessionTrials = Readonly<Record<ProviderName, ProviderState>>;

/** CUDA and TensorRT take seconds to come up, longer where they compile for a new GPU; a driver that has hung, for ever. */
const limitMs: Readonly<Record<ProviderName, number>> = {
  ...{ cpu: 60_000, webgpu: 60_000, cuda: 180_000, tensorrt: 180_000 },
};

/** Runs a tiny session on every provider whose library is there, each in a process of its own. */
export async function trySessions(): Promise<SessionTrials> {
  const [cpu, cuda, tensorrt, webgpu] = await Promise.all([
    tryProvider('cpu'),
    tryProvider('cuda'),
    tryProvider('tensorrt'),
    tryProvider('webgpu'),
  ]);
  return { cpu, cuda, tensorrt, webgpu };
}

async function tryProvider(provider: ProviderName): Promise<ProviderState> {
  let path: string | null;
  try {
    path = providerLibrary(provider);
  } catch (error) {
    // The package itself is not to be found.
    return { library: null, trial: { kind: 'failed', sentence: sentenceOf(error).split('\n', 1)[0]! } };
  }
  const library = path === null ? null : { path, installed: existsSync(path) };
  if (library?.installed === false) return { library, trial: null };
  const module = new URL('./session-trial.ts', import.meta.url);
  return { library, trial: await runTrial(module, { provider }, answerSchema, limitMs[provider]) };
}

/** CUDA and TensorRT are libraries of their own beside ONNX Runtime's; the other providers are in it. */
function providerLibrary(provider: ProviderName): string | null {
  if (provider === 'cpu' || provider === 'webgpu') return null;
  return join(bindingFolder(), providerFileName(provider));
}
