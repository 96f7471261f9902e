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
}

/**
 * Expected calibration error Σ (n_b/n) |accuracy_b − confidence_b| over left-closed bins (Naeini, Cooper, Hauskrecht
 * 2015; Guo et al. 2017) and the Brier score of the predicted class (Brier 1950). Null where no row is labelled.
 */
export function calibrationOf(bins: readonly CalibrationBin[]): Calibration | null {
  const n = bins.reduce((sum, bin) => sum + bin.n, 0);
  if (n === 0) return null;
  return {
    ece: bins.reduce((sum, bin) => sum + Math.abs(bin.right - bin.sumConfidence), 0) / n,
    brier: bins.reduce((sum, bin) => sum + bin.sumSquaredError, 0) / n,
  };
}
