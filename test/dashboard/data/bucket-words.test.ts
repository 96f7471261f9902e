import { expect, it } from 'vitest';
import { bucketWords, momentText } from '../../../dashboard/src/data/bucket-words.ts';

it('says how wide a bucket is in the largest unit that divides it', () => {
  expect([60, 900, 3600, 21_600, 86_400, 1_209_600].map(bucketWords)).toEqual([
    'minute',
    '15 minutes',
    'hour',
    '6 hours',
    'day',
    '2 weeks',
  ]);
});

it('says moments in UTC', () => {
  expect(momentText(new Date('2026-11-01T14:05:09Z'))).toBe('1 Nov 14:05');
});
