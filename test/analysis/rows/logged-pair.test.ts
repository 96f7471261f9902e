import { describe, expect, it } from 'vitest';
import { choosePair, type LoggedPair } from '../../../src/analysis/rows/logged-pair.ts';

const pair = (model: string, primaryVersion: string, shadowVersion: string): LoggedPair => ({
  ...{ model, primaryVersion, shadowVersion, task: 'classification' },
  ...{ rows: 1234, lastMs: Date.UTC(2026, 10, 23) },
});
const log = [
  pair('fraud', '7', '8'),
  pair('fraud', '6', '8'),
  pair('fraud', '7', '9'),
  pair('house', '1', '2'),
];
const choose = (
  model: string | null,
  primary: string | null = null,
  shadow: string | null = null,
  pairs: readonly LoggedPair[] = log,
) => choosePair(pairs, { model, primary, shadow });

describe('the pair of versions that a report of a log is about', () => {
  it('is the only one, or the only one that was meant', () => {
    expect(choose(null, null, null, [pair('fraud', '7', '8')])).toEqual(pair('fraud', '7', '8'));
    expect(choose('house')).toEqual(pair('house', '1', '2'));
    expect(choose('fraud', '6')).toEqual(pair('fraud', '6', '8'));
    expect(choose('fraud', null, '9')).toEqual(pair('fraud', '7', '9'));
    expect(choose('fraud', '7', '8')).toEqual(pair('fraud', '7', '8'));
  });

  it('is asked for where it is not clear', () => {
    expect(() => choose(null)).toThrow('the log holds several models, say which with --model: fraud, house');
    expect(() => choose('fraud', null, '8')).toThrow(
      'the log of fraud holds several pairs of versions, say which with --primary and --shadow: v7 with v8 (1,234 rows, the last of 2026-11-23), v6 with v8 (1,234 rows, the last of 2026-11-23)',
    );
  });

  it('is not there: a sentence says what is', () => {
    expect(() => choose(null, null, null, [])).toThrow('the log holds no compared rows, so there is nothing');
    expect(() => choose('froud')).toThrow('the log holds nothing of a model "froud"; there are fraud, house');
    expect(() => choose('house', '1', '3')).toThrow(
      'the log of house holds no such pair of versions; it holds v1 with v2 (1,234 rows',
    );
  });
});
