import type { InferenceSession } from 'onnxruntime-node';
import type { ProviderCandidate } from '../execution-provider/plan-providers.ts';

/** What every session of a worker is made with. */
export function sessionOptions(
  { options }: ProviderCandidate,
  threads: number,
): InferenceSession.SessionOptions {
  return {
    executionProviders: options,
    // The default is the host's cores, also inside a container that has fewer.
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // What goes wrong is thrown and told in a sentence; the runtime's own log would say it twice.
    logSeverityLevel: 4,
  };
}
