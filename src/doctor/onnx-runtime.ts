import type { ProviderName } from '../inference/execution-provider/plan-providers.ts';
import type { Finding } from './finding.ts';
import { fateOf } from './run-trial.ts';
import type { ProviderState, SessionTrials } from './try-sessions.ts';

export interface RuntimeFacts {
  /** Of the package onnxruntime-node. */
  readonly version: string;
  /** `linux x64`. */
  readonly system: string;
  readonly trials: SessionTrials;
  readonly hasNvidiaGpu: boolean;
}

const topic = 'ONNX Runtime';

export function runtimeFindings(facts: RuntimeFacts): Finding[] {
  const { trials } = facts;
  return [
    cpuFinding(facts),
    cudaFinding(facts),
    ...(trials.tensorrt.trial === null ? [] : [tried('tensorrt', trials.tensorrt)]),
    tried('webgpu', trials.webgpu),
    autoFinding(facts),
  ];
}

/** What `auto` takes: CUDA where a session can be made, else the CPU. */
export function autoProvider({ cuda }: SessionTrials): 'cuda' | 'cpu' {
  return cuda.trial?.kind === 'answered' ? 'cuda' : 'cpu';
}

function cpuFinding({ version, system, trials }: RuntimeFacts): Finding {
  const { trial } = trials.cpu;
  const named = `ONNX Runtime ${version}`;
  if (trial?.kind === 'answered') {
    const { backends } = trial.answer;
    const names = (bundled: boolean) =>
      backends.flatMap((backend) => (backend.bundled === bundled ? backend.name : [])).join(' and ');
    const extra = names(false) === '' ? '' : `, ${names(false)} with libraries of their own`;
    const sentence = `${named} can do ${names(true)}${extra}; a session on the CPU ran`;
    return { topic, status: 'ok', sentence, mend: null, details: { version, ...detailsOf(trials.cpu) } };
  }
  return {
    topic,
    status: 'problem',
    sentence: `${named} does not work: a session on the CPU ${trial === null ? 'was not tried' : fateOf(trial)}`,
    mend: `run npm ci on this machine; the package has libraries for ${system} only where ONNX Runtime is built for it, and they want glibc (Alpine's musl will not do)`,
    details: { version },
  };
}

function cudaFinding({ trials, hasNvidiaGpu }: RuntimeFacts): Finding {
  const { cuda } = trials;
  if (cuda.trial !== null) return tried('cuda', cuda, hasNvidiaGpu);
  const sentence = 'The library of the CUDA provider is not installed';
  const details = { library: cuda.library?.path };
  if (!hasNvidiaGpu) {
    return {
      topic,
      status: 'note',
      sentence: `${sentence}, and no NVIDIA GPU was found`,
      mend: null,
      details,
    };
  }
  const mend = 'npm run setup:cuda; --from DIR takes the library from a folder where the host has no network';
  return { topic, status: 'warning', sentence: `${sentence}, while there is an NVIDIA GPU`, mend, details };
}

function tried(provider: ProviderName, state: ProviderState, isWanted = false): Finding {
  const { trial } = state;
  if (trial?.kind === 'answered') {
    const milliseconds = Math.round(trial.answer.createMilliseconds + trial.answer.runMilliseconds);
    const sentence = `A session on ${provider} ran (${milliseconds} ms from nothing to its first answer)`;
    return { topic, status: 'ok', sentence, mend: null, details: detailsOf(state) };
  }
  // A refusal is said in a sentence and can be fallen back from; a crash or a hang would take the server along.
  const isDangerous = trial?.kind === 'died' || trial?.kind === 'hung';
  return {
    topic,
    status: isDangerous || isWanted ? 'warning' : 'note',
    sentence: `A session on ${provider} ${trial === null ? 'was not tried' : fateOf(trial)}`,
    mend: isDangerous
      ? `${mends[provider]}; until then no deployment may ask for ${provider}`
      : mends[provider],
    details: { ...state.library },
  };
}

const mends: Readonly<Record<ProviderName, string>> = {
  cpu: 'run npm ci on this machine',
  cuda: 'see what CUDA says below; npm run setup:cuda checks driver, CUDA and cuDNN',
  tensorrt: 'install TensorRT for the CUDA version in use, or use execution_provider: cuda',
  webgpu: 'see what Vulkan says below; models on the CPU or on CUDA need none of it',
};

function autoFinding({ trials }: RuntimeFacts): Finding {
  const provider = autoProvider(trials);
  const sentence = `execution_provider: auto means ${provider} here`;
  return { topic, status: 'ok', sentence, mend: null, details: { provider } };
}

function detailsOf({ library, trial }: ProviderState): Record<string, unknown> {
  if (trial?.kind !== 'answered') return { library };
  const { createMilliseconds, runMilliseconds } = trial.answer;
  return { library: library?.path ?? null, createMilliseconds, runMilliseconds };
}
