import type { CalibrationPoint } from '../../../src/analysis/statistics/calibration.ts';

export interface ReliabilityPoint {
  readonly n: number;
  /** Percent. */
  readonly confidence: number;
  readonly right: number;
}

/** The bins that have rows, in percent. */
export function reliabilityPoints(curve: readonly CalibrationPoint[]): ReliabilityPoint[] {
  return curve.flatMap(({ n, confidence, right }) =>
    confidence === null || right === null ? [] : [{ n, confidence: 100 * confidence, right: 100 * right }],
  );
}

/** From which percent on both axes reach to 100, a multiple of ten, so that all points are inside. */
export function reliabilityStart(points: readonly ReliabilityPoint[]): number {
  const least = Math.min(100, ...points.flatMap(({ confidence, right }) => [confidence, right]));
  return Math.min(90, 10 * Math.floor(least / 10));
}
