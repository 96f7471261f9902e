import { type Comparator, incomparable } from './comparator.ts';

/** Two classifications agree when they name the same class; `absDiff` is how far their confidences lie apart. */
export const compareClassification: Comparator = (primary, shadow) => {
  if (primary.label === null || shadow.label === null) return incomparable;
  const absDiff =
    primary.confidence === null || shadow.confidence === null
      ? null
      : Math.abs(primary.confidence - shadow.confidence);
  return { agree: primary.label === shadow.label, absDiff, cosine: null };
};
