import { describe, expect, it } from 'vitest';
import type { FoundSlice } from '../../../src/analysis/slices/best-slices.ts';
import {
  type CellSums,
  type Conditions,
  matches,
  type SliceCells,
} from '../../../src/analysis/slices/cube.ts';
import { sliceScore } from '../../../src/analysis/slices/score.ts';
import { type SliceSearchRules, searchSlices } from '../../../src/analysis/slices/search.ts';
import { seededRandom } from '../../support/random.ts';
import { allCells, sumsOf } from '../../support/simulated-cells.ts';

/** Looks at every conjunction there is. */
function bruteForce(cells: SliceCells, sums: CellSums, rules: SliceSearchRules): FoundSlice[] {
  const within = (conditions: Conditions) => {
    const total = { size: 0, error: 0, balance: 0 };
    for (let cell = 0; cell < cells.cells; cell++) {
      if (!matches(cells, cell, conditions)) continue;
      total.size += sums.size[cell]!;
      total.error += sums.error[cell]!;
      total.balance += sums.balance[cell]!;
    }
    return total;
  };
  const all = within([]);
  const scored = (conditions: Conditions) => {
    const total = within(conditions);
    return { conditions, ...total, score: total.size === 0 ? 0 : sliceScore(total, all) };
  };
  const conjunctions = (column: number, left: number): Conditions[] => {
    if (left === 0 || column === cells.valueCounts.length) return [[]];
    const codes = Array.from({ length: cells.valueCounts[column]! }, (_, index) => index + 1);
    return [
      ...conjunctions(column + 1, left),
      ...codes.flatMap((code) =>
        conjunctions(column + 1, left - 1).map((rest) => [{ column, code }, ...rest]),
      ),
    ];
  };
  const simpler = (conditions: Conditions): Conditions[] =>
    conditions.map((_, index) => conditions.toSpliced(index, 1));
  return conjunctions(0, 3)
    .filter((conditions) => conditions.length > 1 || rules.singles.has(conditions[0]?.column ?? -1))
    .map(scored)
    .filter(({ size, score, balance }) => size >= rules.smallest && score > 0 && balance < 0)
    .filter((slice) =>
      simpler(slice.conditions)
        .map(scored)
        .every((parent) => slice.score > parent.score && slice.size <= 0.95 * parent.size),
    )
    .toSorted((a, b) => b.score - a.score)
    .slice(0, rules.most)
    .map(({ balance: _, ...slice }) => slice);
}

/** Sums that are the same whichever way they are added up, with some combinations much worse than the rest. */
function randomSums(cells: SliceCells, random: () => number, weighted: boolean): CellSums {
  return sumsOf(cells, () => {
    const size = random() < 0.2 ? 0 : Math.floor(random() * 60);
    const rate = random() < 0.08 ? 0.6 : 0.05;
    const losses = Array.from({ length: size }, () => random() < rate).filter(Boolean).length;
    const largest = losses === 0 ? 0 : weighted ? 1 + Math.floor(random() * 5) : 1;
    return { size, error: losses * largest, largest, balance: Math.floor(random() * 6) - losses * largest };
  });
}

describe('the pruned search', () => {
  it.each([
    { errors: 'losses', weighted: false },
    { errors: 'weighted errors', weighted: true },
  ])('finds what looking at every conjunction finds, of $errors', ({ weighted }) => {
    let found = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const random = seededRandom(seed);
      const valueCounts = Array.from({ length: 2 + (seed % 4) }, () => 1 + Math.floor(random() * 4));
      const cells = allCells(valueCounts);
      const sums = randomSums(cells, random, weighted);
      const rules = { smallest: 8 + (seed % 20), most: 1 + (seed % 9), singles: new Set([seed % 3]) };
      const expected = bruteForce(cells, sums, rules);
      const actual = searchSlices(cells, sums, rules);
      expect(actual.map(({ score }) => score)).toEqual(expected.map(({ score }) => score));
      // Beyond a tie at the end of the list the order is the search's own.
      const last = expected.at(-1)?.score ?? 0;
      const above = (slices: readonly FoundSlice[]) =>
        slices
          .filter(({ score }) => score > last)
          .map(({ conditions }) => JSON.stringify(conditions))
          .toSorted();
      expect(above(actual)).toEqual(above(expected));
      found += actual.length;
    }
    expect(found).toBeGreaterThan(100);
  });

  it('finds nothing where there is no error, and where there are no columns', () => {
    const cells = allCells([2, 2]);
    const rules = { smallest: 1, most: 5, singles: new Set<number>() };
    const flawless = sumsOf(cells, () => ({ size: 50, error: 0, largest: 0, balance: 3 }));
    expect(searchSlices(cells, flawless, rules)).toEqual([]);
    const alone = sumsOf(allCells([]), () => ({ size: 50, error: 9, largest: 1, balance: -9 }));
    expect(searchSlices(allCells([]), alone, rules)).toEqual([]);
  });

  it('does not name a conjunction that is no worse than one of its conditions', () => {
    const cells = allCells([3, 3]);
    const sums = sumsOf(cells, (cell) => {
      const losses = cells.codes[0]![cell] === 1 ? 30 : 2;
      return { size: 100, error: losses, largest: 1, balance: -losses };
    });
    expect(searchSlices(cells, sums, { smallest: 10, most: 20, singles: new Set() })).toEqual([]);
    const [alone] = searchSlices(cells, sums, { smallest: 10, most: 20, singles: new Set([0]) });
    expect(alone?.conditions).toEqual([{ column: 0, code: 1 }]);
  });

  it('names no slice on which the shadow gains more than it loses', () => {
    const cells = allCells([3, 3]);
    const sums = sumsOf(cells, (cell) => {
      const losses = cell === 5 ? 40 : 2;
      return { size: 100, error: losses, largest: 1, balance: cell === 5 ? 20 : -losses };
    });
    expect(searchSlices(cells, sums, { smallest: 10, most: 20, singles: new Set() })).toEqual([]);
  });
});
