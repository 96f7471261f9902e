import { expect, it } from 'vitest';
import { calibrationOf } from '../../src/analysis/calibration.ts';

it('calibration gives the reference Brier score and ECE', () => {
  const confidences = [0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55, 0.5];
  const right = [1, 1, 1, 0, 1, 1, 0, 1, 0, 1];
  const bins = [5, 6, 7, 8, 9].map((tenth) => {
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
  expect(calibrationOf(bins)?.brier).toBeCloseTo(0.19625, 12);
  expect(calibrationOf(bins)?.ece).toBeCloseTo(0.165, 12);
});

it('calibration is unknown without labels', () => {
  expect(calibrationOf([{ n: 0, right: 0, sumConfidence: 0, sumSquaredError: 0 }])).toBeNull();
});
