import { expect, it } from 'vitest';
import { calibrationOf } from '../../../src/analysis/statistics/calibration.ts';

/** The reference: ten rows in the upper five of ten bins. */
function referenceBins() {
  const confidences = [0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55, 0.5];
  const right = [1, 1, 1, 0, 1, 1, 0, 1, 0, 1];
  return Array.from({ length: 10 }, (_, tenth) => {
    const members = confidences.flatMap((confidence, index) =>
      Math.floor(confidence * 10) === tenth ? [{ confidence, right: right[index] ?? 0 }] : [],
    );
    return {
      n: members.length,
      right: members.reduce((sum, member) => sum + member.right, 0),
      sumConfidence: members.reduce((sum, member) => sum + member.confidence, 0),
      sumSquaredError: members.reduce((sum, member) => sum + (member.confidence - member.right) ** 2, 0),
    };
  });
}

it('calibration gives the reference Brier score and ECE', () => {
  const bins = referenceBins();
  expect(calibrationOf(bins)?.brier).toBeCloseTo(0.19625, 12);
  expect(calibrationOf(bins)?.ece).toBeCloseTo(0.165, 12);
});

it('the reliability curve says of each bin how sure the model was, and how often right', () => {
  const curve = calibrationOf(referenceBins())?.curve ?? [];
  expect(curve.map(({ n }) => n)).toEqual([0, 0, 0, 0, 0, 2, 2, 2, 2, 2]);
  expect(curve[0]).toEqual({ n: 0, confidence: null, right: null, lower: null, upper: null });
  expect(curve.slice(5).map(({ right }) => right)).toEqual([0.5, 0.5, 1, 0.5, 1]);
  expect(curve[9]?.confidence).toBeCloseTo(0.925, 12);
});

it('each share that was right has the interval of a rate', () => {
  const bin = { n: 10_000, right: 300, sumConfidence: 400, sumSquaredError: 0 };
  const point = calibrationOf([bin])?.curve[0];
  expect(point?.lower).toBeCloseTo(0.0237345, 7);
  expect(point?.upper).toBeCloseTo(0.0372455, 7);
  expect(calibrationOf([bin], 0.01)!.curve[0]!.upper).toBeGreaterThan(point!.upper!);
});

it('calibration is unknown without labels', () => {
  expect(calibrationOf([{ n: 0, right: 0, sumConfidence: 0, sumSquaredError: 0 }])).toBeNull();
});
