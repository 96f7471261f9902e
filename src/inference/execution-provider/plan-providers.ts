import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import type { ExecutionProvider } from '../../config/deployment.ts';
import { UnderstudyError } from '../../errors.ts';
import type { ArbiterSeat } from '../device-arbiter/arbiter.ts';
import { bindingFolder, providerFileName } from './library.ts';

export interface SessionPlacement {
  readonly executionProvider: ExecutionProvider;
  /** Number of the GPU; of no meaning for `cpu`. */
  readonly device: number;
  /** ONNX Runtime's intra-op threads. */
  readonly threads: number;
  /** Whom to ask before using the GPU; null for `cpu`, and in a process of its own. */
  readonly arbiter: ArbiterSeat | null;
}

export type ProviderName = 'cpu' | 'cuda' | 'tensorrt' | 'webgpu';

/** A provider to try, as ONNX Runtime wants it named. */
export interface ProviderCandidate {
  readonly name: ProviderName;
  readonly options: readonly InferenceSession.ExecutionProviderConfig[];
}

export interface ProviderPlan {
  readonly candidates: readonly ProviderCandidate[];
  /** What is not even tried, and why. */
  readonly passedOver: readonly string[];
}

const cpu: ProviderCandidate = { name: 'cpu', options: [{ name: 'cpu' }] };

/**
 * Which providers to try, in order. Only `auto` falls back, since ONNX Runtime itself throws for a provider
 * whose library is missing, even when the CPU is listed after it.
 *
 * @param libraries the folder of ONNX Runtime's libraries
 * @throws UnderstudyError MODEL_NOT_READY when a provider is asked for by name and cannot be had as asked
 */
export function planProviders(
  { executionProvider, device }: Pick<SessionPlacement, 'executionProvider' | 'device'>,
  libraries = bindingFolder(),
): ProviderPlan {
  switch (executionProvider) {
    case 'cpu':
      if (device !== 0) {
        throw new UnderstudyError(
          'MODEL_NOT_READY',
          `device ${device} means nothing with execution_provider cpu; leave it out, or name the provider of that GPU`,
        );
      }
      return { candidates: [cpu], passedOver: [] };
    case 'auto':
      return isInstalled('cuda', libraries)
        ? { candidates: [cuda(device), cpu], passedOver: [] }
        : {
            candidates: [cpu],
            passedOver: [
              'execution_provider auto settles for cpu: the library of the CUDA provider is not installed (npm run setup:cuda fetches it)',
            ],
          };
    case 'cuda':
      requireLibrary('cuda', libraries);
      return { candidates: [cuda(device)], passedOver: [] };
    case 'tensorrt': {
      requireLibrary('tensorrt', libraries);
      // What TensorRT leaves out had better stay on the same GPU.
      const rest = isInstalled('cuda', libraries) ? cuda(device).options : [];
      const options = [{ name: 'tensorrt', deviceId: device }, ...rest];
      return { candidates: [{ name: 'tensorrt', options }], passedOver: [] };
    }
    case 'webgpu':
      // ONNX Runtime's `deviceId` of WebGPU names a context to share, and its Node.js binding refuses even that.
      if (device !== 0) {
        throw new UnderstudyError(
          'MODEL_NOT_READY',
          `device ${device} cannot be had with execution_provider webgpu, which takes the adapter that the driver names first; leave device out, and choose the GPU through the environment of the server (VK_ICD_FILENAMES picks a driver, docs/gpu.md)`,
        );
      }
      return { candidates: [{ name: 'webgpu', options: [{ name: 'webgpu' }] }], passedOver: [] };
  }
}

function cuda(device: number): ProviderCandidate {
  return { name: 'cuda', options: [{ name: 'cuda', deviceId: device }] };
}

function isInstalled(provider: 'cuda' | 'tensorrt', libraries: string): boolean {
  return existsSync(join(libraries, providerFileName(provider)));
}

function requireLibrary(provider: 'cuda' | 'tensorrt', libraries: string): void {
  if (isInstalled(provider, libraries)) return;
  throw new UnderstudyError(
    'MODEL_NOT_READY',
    `execution_provider ${provider} needs ${providerFileName(provider)}, which is not installed; npm run setup:cuda fetches it, or use execution_provider: cpu`,
  );
}
