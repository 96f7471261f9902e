import type { LoadedModel } from '../inference/model/loaded-model.ts';

/** On what a version runs, and where that is less than was asked for, why. */
export function executionOf({ provider, providerRemarks }: LoadedModel): object {
  return {
    execution_provider: provider,
    ...(providerRemarks.length === 0 ? {} : { provider_remarks: providerRemarks }),
  };
}
