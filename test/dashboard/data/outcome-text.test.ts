import { expect, it } from 'vitest';
import type { ComparedSide, Comparison } from '../../../dashboard/src/data/comparison.ts';
import { distanceText, sideText } from '../../../dashboard/src/data/outcome-text.ts';

const side: ComparedSide = {
  ...{ status: 'ok', errorCode: null, label: null, value: null, confidence: null, items: null },
};
const row: Comparison = {
  ...{ eventId: 'e', requestId: 'r', row: 0, at: '', primary: side, shadow: side, segments: [] },
  ...{ distance: null, cosine: null, overlap: null, features: null },
};

const said = (differing: Partial<ComparedSide>) =>
  sideText({ ...row, shadow: { ...side, ...differing } }, 'shadow');

it('says what a version said, in the terms of its task', () => {
  expect(said({ label: 'cat', confidence: 0.734 })).toBe('cat, 73% sure');
  expect(said({ value: 12.5 })).toBe('12.5');
  expect(said({ items: ['3', '7'] })).toBe('3, 7');
  expect(sideText({ ...row, cosine: 0.5, primary: { ...side, value: 0.25 } }, 'primary')).toBe('length 0.25');
});

it('says how a version failed', () => {
  expect(said({ status: 'timeout', errorCode: 'DEADLINE_EXCEEDED' })).toBe(
    'took too long (DEADLINE_EXCEEDED)',
  );
  expect(said({ status: 'nan' })).toBe('is not finite');
});

it('says how far apart two outcomes are where they are no classes', () => {
  expect(distanceText({ ...row, cosine: 0.98765 })).toBe('cosine 0.9877');
  expect(distanceText({ ...row, overlap: 0.5 })).toBe('overlap 0.50');
  expect(distanceText({ ...row, distance: 1.5 })).toBe('1.5 apart');
  expect(distanceText({ ...row, distance: 0.2, primary: { ...side, label: '1' } })).toBeNull();
});
