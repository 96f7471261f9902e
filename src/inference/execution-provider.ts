import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { ExecutionProvider } from '../config/deployment.ts';
import { UnderstudyError } from '../errors.ts';

export interface SessionPlacement {
  readonly executionProvider: ExecutionProvider;
  readonly device: number;
  /** ONNX Runtime's intra-op threads. */
  readonly threads: number;
}

/** A provider to try, as ONNX Runtime wants it named. */
export interface ProviderCandidate {
  readonly name: 'cpu' | 'cuda' | 'tensorrt';
  readonly options: { readonly name: string; readonly deviceId?: number };
}

export interface ProviderPlan {
  readonly candidates: readonly ProviderCandidate[];
  /** What is not even tried, and why. */
  readonly passedOver: readonly string[];
}

/**
 * Which providers to try, in order. Only `auto` falls back, since ONNX Runtime itself throws for a provider
 * whose library is missing, even when the CPU is listed after it.
 *
 * @throws UnderstudyError MODEL_NOT_READY when a provider is asked for by name and its library is not there
 */
export function planProviders({ executionProvider, device }: SessionPlacement): ProviderPlan {
  const cpu: ProviderCandidate = { name: 'cpu', options: { name: 'cpu' } };
  if (executionProvider === 'cpu') return { candidates: [cpu], passedOver: [] };
  const wanted = executionProvider === 'auto' ? 'cuda' : executionProvider;
  const gpu: ProviderCandidate = { name: wanted, options: { name: wanted, deviceId: device } };
  const library = providerLibrary(wanted);
  if (existsSync(library)) {
    return { candidates: executionProvider === 'auto' ? [gpu, cpu] : [gpu], passedOver: [] };
  }
  if (executionProvider === 'auto') {
    return {
      candidates: [cpu],
      passedOver: [
        'execution_provider auto settles for cpu: the library of the CUDA provider is not installed',
      ],
    };
  }
  throw new UnderstudyError(
    'MODEL_NOT_READY',
    `execution_provider ${wanted} needs ${library}, which is not installed; install onnxruntime-node with its CUDA libraries, or use execution_provider: cpu`,
  );
}

/** ONNX Runtime loads its GPU providers from beside its own library. */
function providerLibrary(provider: 'cuda' | 'tensorrt'): string {
  const binding = dirname(dirname(createRequire(import.meta.url).resolve('onnxruntime-node')));
  const file =
    process.platform === 'win32'
      ? `onnxruntime_providers_${provider}.dll`
      : `libonnxruntime_providers_${provider}.so`;
  return join(binding, 'bin', 'napi-v6', process.platform, process.arch, file);
}
