import { confidenceCells } from '../rows/confidence-cell.ts';
import type { Tally } from '../rows/tallies.ts';
import type { CalibrationBin } from '../statistics/calibration.ts';
import type { WeightedSample } from '../statistics/weighted-sample.ts';

/** Distribution of one version's confidence over [0, 1], among the rows in which both versions gave one. */
export interface ConfidenceGrid {
  /** (middle of the cell, rows). */
  readonly sample: WeightedSample;
  /** Ten left-closed bins of the labelled rows older than the label maturity. */
  readonly calibration: readonly CalibrationBin[];
}

/** Undefined where nothing was counted. */
export function confidenceGrid(
  tally: Tally | undefined,
  calibration: readonly CalibrationBin[],
): ConfidenceGrid | undefined {
  if (tally === undefined) return undefined;
  const { values, counts } = tally;
  return {
    sample: values.map((cell, index) => [(cell + 0.5) / confidenceCells, counts[index] ?? 0] as const),
    calibration,
  };
}
