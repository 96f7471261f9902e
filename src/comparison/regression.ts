import { type Comparator, incomparable } from './comparator.ts';

export interface Tolerance {
  readonly absolute: number;
  readonly relative: number;
}

/** Two numbers agree when |p − s| ≤ absolute + relative · |p| (as numpy.isclose). */
export function compareRegression({ absolute, relative }: Tolerance): Comparator {
  return (primary, shadow) => {
    if (primary.value === null || shadow.value === null) return incomparable;
    const absDiff = Math.abs(primary.value - shadow.value);
    return { agree: absDiff <= absolute + relative * Math.abs(primary.value), absDiff, cosine: null };
  };
}
