/**
 * Which model was right, pair by pair. D = [shadow right] − [primary right]. Where both say the same, D = 0 is known
 * without a label, so labels matter for disagreements only.
 */
export interface PairedCounts {
  /** Pairs in which both models gave an outcome. */
  readonly n: number;
  readonly disagreements: number;
  /** Disagreements whose truth is known; both models may be wrong. */
  readonly labelledDisagreements: number;
  /** D = 1: shadow right, primary wrong. */
  readonly gains: number;
  /** D = −1: primary right, shadow wrong. */
  readonly losses: number;
}

export function mergePairs(a: PairedCounts, b: PairedCounts): PairedCounts {
  return {
    n: a.n + b.n,
    disagreements: a.disagreements + b.disagreements,
    labelledDisagreements: a.labelledDisagreements + b.labelledDisagreements,
    gains: a.gains + b.gains,
    losses: a.losses + b.losses,
  };
}

/**
 * Mean of D and its variance per pair. With every disagreement labelled this is (c−b)/n and the sample variance. Else
 * it is (rate of disagreement) × (mean of D among labelled disagreements): dividing by all n would count every
 * unlabelled disagreement as a draw and shrink a loss towards zero. Variance of the product by the delta method
 * (post-stratification: Särndal, Swensson, Wretman 1992, section 7.6). Null where there is nothing to estimate from.
 */
export function pairedMoments(counts: PairedCounts): { estimate: number; variance: number } | null {
  const { n, disagreements, labelledDisagreements, gains, losses } = counts;
  if (n === 0) return null;
  if (disagreements === 0) return { estimate: 0, variance: 0 };
  if (labelledDisagreements === 0) return null;
  const rate = disagreements / n;
  const mean = (gains - losses) / labelledDisagreements;
  const within = (gains + losses) / labelledDisagreements - mean ** 2;
  return {
    estimate: rate * mean,
    variance: mean ** 2 * rate * (1 - rate) + (rate ** 2 * within * n) / labelledDisagreements,
  };
}

/** What the difference in this sample must be, whatever the unlabelled disagreements turn out to be: [(c−b−u)/n, (c−b+u)/n]. */
export function pairedBounds(
  counts: PairedCounts,
): { readonly lower: number; readonly upper: number } | null {
  if (counts.n === 0) return null;
  const unlabelled = counts.disagreements - counts.labelledDisagreements;
  const balance = counts.gains - counts.losses;
  return { lower: (balance - unlabelled) / counts.n, upper: (balance + unlabelled) / counts.n };
}
