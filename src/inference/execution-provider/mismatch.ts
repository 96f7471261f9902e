import type { LoadedModel } from '../model/loaded-model.ts';

/** What to say where primary and shadow do not run on the same kind of device; null where they do. */
export function providerMismatch(
  primary: Pick<LoadedModel, 'provider' | 'signature'>,
  shadow: Pick<LoadedModel, 'provider' | 'signature'>,
): string | null {
  if (primary.provider === shadow.provider) return null;
  return `version ${primary.signature.version}, the primary, runs on ${primary.provider} and version ${shadow.signature.version} on ${shadow.provider}: their latency and cost cannot be compared, and scores may differ in the last digits for that reason alone`;
}
