import type { CalibrationPoint } from '../../../src/analysis/statistics/calibration.ts';

export interface ReliabilityPoint {
  readonly n: number;
  /** Percent. */
  readonly confidence: number;
  readonly right: number;
  /** Interval of `right`. */
  readonly lower: number;
  readonly upper: number;
}

/** The bins that have rows, in percent. */
export function reliabilityPoints(curve: readonly CalibrationPoint[]): ReliabilityPoint[] {
  return curve.flatMap(({ n, confidence, right, lower, upper }) =>
    confidence === null || right === null || lower === null || upper === null
      ? []
      : [{ n, confidence: 100 * confidence, right: 100 * right, lower: 100 * lower, upper: 100 * upper }],
  );
}

/** From which percent on both axes reach to 100, a multiple of ten, so that all points and their intervals are inside. */
export function reliabilityStart(points: readonly ReliabilityPoint[]): number {
  const least = Math.min(100, ...points.flatMap(({ confidence, lower }) => [confidence, lower]));
  return Math.min(90, 10 * Math.floor(least / 10));
}
