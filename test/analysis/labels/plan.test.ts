import { describe, expect, it } from 'vitest';
import { type Combination, planLabels } from '../../../src/analysis/labels/plan.ts';
import { type JudgedLabelSet, labelWorth, statusWeight } from '../../../src/analysis/labels/weight.ts';

function set(
  value: string | null,
  n: number,
  unlabelled: number,
  more: Partial<JudgedLabelSet> = {},
): JudgedLabelSet {
  return {
    segment: value === null ? null : { column: 'country', value },
    ...{ status: 'undecided', n, disagreements: unlabelled, unlabelled, suspicion: 0 },
    width: (2 * unlabelled) / n,
    ...more,
  };
}

function combination(key: string, rows: number, sets: readonly number[], score: number): Combination {
  return { key, rows, sets, score };
}

describe('what a label is worth', () => {
  it('is more in a small segment, and more near an alarm; little where all is decided', () => {
    expect(labelWorth(set('BR', 500, 50, { suspicion: 0.5 }))).toBeCloseTo(0.006, 12);
    expect(labelWorth(set('DE', 5000, 50))).toBeCloseTo(0.0004, 12);
    expect(statusWeight(set('FR', 500, 50, { status: 'better' }))).toBe(0.1);
    expect(statusWeight(set('FR', 500, 50, { status: 'regressed', suspicion: 1 }))).toBe(0.1);
  });
});

describe('the plan of labels', () => {
  const sets = [
    set('BR', 100, 40),
    set('US', 1000, 200),
    set('DE', 1000, 100, { status: 'safe' }),
    set(null, 2100, 340),
  ];
  const combinations = [
    combination('BR', 40, [0, 3], 0.02),
    combination('US', 200, [1, 3], 0.002),
    combination('DE', 100, [2, 3], 0.0002),
  ];
  const countsIn = (limit: number) => {
    const picks = planLabels(sets, combinations, limit);
    return Object.fromEntries(
      combinations.map(({ key }) => [key, picks.filter((pick) => pick.combination === key).length]),
    );
  };

  it('begins where the bounds are widest, and lets no segment take all', () => {
    expect(planLabels(sets, combinations, 1)).toEqual([{ combination: 'BR', set: 0 }]);
    // Weighted widths .8, .4 and .02: two of three go to BR, one to US.
    expect(countsIn(30)).toEqual({ BR: 20, US: 10, DE: 0 });
  });

  it('goes on with the others when a segment has no more, and ends when none has', () => {
    expect(countsIn(200)).toMatchObject({ BR: 40 });
    expect(countsIn(1000)).toEqual({ BR: 40, US: 200, DE: 100 });
  });

  it('takes in a segment’s turn the rows that narrow other segments, too', () => {
    const overlapping = [combination('BR web', 5, [0, 3], 0.02), combination('BR app', 5, [0, 1, 3], 0.022)];
    expect(planLabels(sets, overlapping, 5).map((pick) => pick.combination)).toEqual(Array(5).fill('BR app'));
  });

  it('gives nothing where nothing is missing', () => {
    expect(planLabels(sets, [], 10)).toEqual([]);
  });
});
