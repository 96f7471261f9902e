import type { ExecutionProvider } from '../../src/config/deployment.ts';
import type { ModelsSettings } from '../suite/suite-settings.ts';

/** One way to serve a model. */
export interface ServedVariant {
  readonly provider: ExecutionProvider;
  readonly device: number;
  readonly instances: number;
  readonly threads: number;
}

/** All that were asked for, each with each. */
export function servedVariants(settings: ModelsSettings): readonly ServedVariant[] {
  const { executionProviders, device, instanceCounts, threads: threadCounts } = settings;
  return executionProviders.flatMap((provider) =>
    instanceCounts.flatMap((instances) =>
      threadCounts.map((threads) => ({ provider, device, instances, threads })),
    ),
  );
}

/** A part of the name of a case: the provider, and instances and threads where there are several. */
export function variantText(
  { provider, instances, threads }: ServedVariant,
  { instanceCounts, threads: threadCounts }: ModelsSettings,
): string {
  return instanceCounts.length * threadCounts.length === 1 ? provider : `${provider}-${instances}x${threads}`;
}

/** What deployment.yaml says of it. */
export function instanceGroupOf({ provider, device, instances, threads }: ServedVariant): {
  readonly count: number;
  readonly execution_provider: ExecutionProvider;
  readonly device: number;
  readonly threads: number;
} {
  // The CPU has no number.
  const number = provider === 'cpu' || provider === 'webgpu' ? 0 : device;
  return { count: instances, execution_provider: provider, device: number, threads };
}
