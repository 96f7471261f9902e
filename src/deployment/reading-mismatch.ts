import type { LoadedModel } from '../inference/model/loaded-model.ts';

/** What to say where the outputs of primary and shadow are no match for each other; null where they are. */
export function readingMismatch(
  primary: Pick<LoadedModel, 'reading' | 'signature'>,
  shadow: Pick<LoadedModel, 'reading' | 'signature'>,
): string | null {
  const [of, ours] = [primary.signature.version, shadow.signature.version];
  const [expected, found] = [primary.reading, shadow.reading];
  if (expected.kind !== found.kind) {
    return `the outputs of version ${of}, the primary, are read as ${expected.kind}, those of version ${ours} as ${found.kind}: they cannot be compared; say under "task" and "outputs" in deployment.yaml what they are`;
  }
  const dimensions = [dimensionsOf(primary), dimensionsOf(shadow)];
  if (dimensions.includes(null) || dimensions[0] === dimensions[1]) return null;
  return `the vectors of version ${of}, the primary, have ${dimensions[0]} numbers and those of version ${ours} ${dimensions[1]}: they have no angle between them, so their cosine counts as 0`;
}

/** Of an embedding whose file tells. */
function dimensionsOf({ reading, signature }: Pick<LoadedModel, 'reading' | 'signature'>): number | null {
  if (reading.kind !== 'embedding') return null;
  const dimensions = signature.outputs.find(({ name }) => name === reading.embedding)?.shape[1] ?? -1;
  return dimensions === -1 ? null : dimensions;
}
