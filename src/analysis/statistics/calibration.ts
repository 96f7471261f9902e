import { betaBinomialInterval } from './beta-binomial-sequence.ts';

/** Labelled rows whose confidence fell into one bin. */
export interface CalibrationBin {
  readonly n: number;
  readonly right: number;
  readonly sumConfidence: number;
  /** Σ (confidence − right)². */
  readonly sumSquaredError: number;
}

export interface Calibration {
  readonly ece: number;
  readonly brier: number;
  /** Ten bins [0, 0.1), [0.1, 0.2), …, [0.9, 1]. */
  readonly curve: readonly CalibrationPoint[];
}

/** A point of the reliability curve; on the diagonal where `right` is `confidence`. */
export interface CalibrationPoint {
  readonly n: number;
  /** Mean confidence, and share that was right; null where n is 0. */
  readonly confidence: number | null;
  readonly right: number | null;
  /** Anytime-valid interval of `right`, of this bin by itself; null where n is 0. */
  readonly lower: number | null;
  readonly upper: number | null;
}

/**
 * Expected calibration error Σ (n_b/n) |accuracy_b − confidence_b| over left-closed bins (Naeini, Cooper, Hauskrecht
 * 2015; Guo et al. 2017), the Brier score of the predicted class (Brier 1950) and the reliability curve (Murphy, Winkler 1977)
 * from the same bins, with intervals at level 1 − alpha. Null where no row is labelled.
 */
export function calibrationOf(bins: readonly CalibrationBin[], alpha = 0.05): Calibration | null {
  const n = bins.reduce((sum, bin) => sum + bin.n, 0);
  if (n === 0) return null;
  return {
    ece: bins.reduce((sum, bin) => sum + Math.abs(bin.right - bin.sumConfidence), 0) / n,
    brier: bins.reduce((sum, bin) => sum + bin.sumSquaredError, 0) / n,
    curve: bins.map((bin) => pointOf(bin, alpha)),
  };
}

function pointOf({ n, sumConfidence, right: k }: CalibrationBin, alpha: number): CalibrationPoint {
  if (n === 0) return { n, confidence: null, right: null, lower: null, upper: null };
  const { estimate, lower, upper } = betaBinomialInterval({ k, n }, alpha);
  return { n, confidence: sumConfidence / n, right: estimate, lower, upper };
}
