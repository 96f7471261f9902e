import { type Comparator, incomparable } from './comparator.ts';
import type { Observation } from './observation.ts';

/** Two rankings agree when the share of the first items that they have in common is at least the tolerance. */
export function compareRanking(tolerance: number): Comparator {
  return (primary, shadow) => {
    if (primary.items === undefined || shadow.items === undefined) return incomparable;
    const overlap = overlapOf(primary.items, shadow.items);
    return { agree: overlap >= tolerance, absDiff: null, cosine: null, overlap };
  };
}

/**
 * overlap@k = |A ∩ B| / k, whatever the order (the agreement at depth k of Webber, Moffat, Zobel 2010). k is the number of the primary's items:
 * where it has fewer than it was asked for, there are no others to be met. 1 where it has none.
 */
function overlapOf(primary: readonly string[], shadow: readonly string[]): number {
  if (primary.length === 0) return 1;
  const ranked = new Set(primary);
  const common = shadow.slice(0, primary.length).filter((item) => ranked.has(item)).length;
  return common / primary.length;
}

/** What a shadow ranked, no deeper than the primary did: else a hit would be easier for it. */
export function asDeepAs(primary: Observation, shadow: Observation): Observation {
  const depth = primary.items?.length;
  if (depth === undefined || shadow.items === undefined || shadow.items.length <= depth) return shadow;
  return { ...shadow, items: shadow.items.slice(0, depth) };
}
