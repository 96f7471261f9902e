import { type Comparator, incomparable } from './comparator.ts';
import { cosineSimilarity } from './cosine-similarity.ts';

/**
 * Two vectors agree when the cosine of their angle is at least the tolerance; `absDiff` is how far their lengths lie apart,
 * of which the cosine knows nothing.
 */
export function compareEmbedding(tolerance: number): Comparator {
  return (primary, shadow) => {
    if (primary.vector === undefined || shadow.vector === undefined) return incomparable;
    const cosine = cosineSimilarity(primary.vector, shadow.vector);
    const absDiff =
      primary.value === null || shadow.value === null ? null : Math.abs(primary.value - shadow.value);
    return { agree: cosine >= tolerance, absDiff, cosine };
  };
}
