import { type FoundSlice, offer } from './best-slices.ts';
import { type CellSums, marginalOf, type SliceCells, totalOf } from './cube.ts';
import { type SliceSums, sliceScore, sliceScoreBound } from './score.ts';

export interface SliceSearchRules {
  /** Slices of fewer rows are not looked at. */
  readonly smallest: number;
  /** How many slices to give. */
  readonly most: number;
  /** Columns of which a single condition is worth telling. */
  readonly singles: ReadonlySet<number>;
}

const mostConditions = 3;
/** A slice with more than this of the rows of a simpler one says nothing that the simpler one does not. */
const impliedShare = 0.95;

/** A bound is no reason to leave a slice out where it falls short by no more than this. */
const roundingError = 1e-9;

/** All slices on one set of columns. */
interface Table {
  readonly columns: readonly number[];
  readonly sums: CellSums;
  readonly score: Float64Array;
  /** 1 where a slice inside may still be among the best. */
  readonly open: Uint8Array;
}

/**
 * The slices with the highest scores above zero, best first, on which the shadow loses: conjunctions that score higher than
 * every simpler one that they are inside of, and are not nearly the same rows. Level by level, as in SliceLine (Sagadeeva &
 * Boehm 2021): a slice is looked at only where size, errors and largest error of all simpler ones leave it room among the best.
 */
export function searchSlices(cells: SliceCells, sums: CellSums, rules: SliceSearchRules): FoundSlice[] {
  const all = totalOf(sums);
  if (all.error === 0) return [];
  const best: FoundSlice[] = [];
  const promising = (slice: SliceSums & { readonly largest: number }): boolean => {
    const bound = sliceScoreBound(slice, all, rules.smallest);
    const needed = best.length < rules.most ? 0 : best[best.length - 1]!.score;
    return bound > 0 && bound >= needed - roundingError;
  };
  const everything: Table = {
    columns: [],
    sums: marginalOf(cells, sums, []),
    score: new Float64Array(1),
    open: Uint8Array.of(1),
  };
  let level = new Map([['', everything]]);
  for (let conditions = 1; conditions <= mostConditions; conditions++) {
    const next = new Map<string, Table>();
    for (const columns of subsetsOf(cells.valueCounts.length, conditions)) {
      const parents = columns.map((_, index) => level.get(columns.toSpliced(index, 1).join()));
      if (!parents.every((parent) => parent !== undefined)) continue;
      const places = roomyPlaces(cells, columns, parents, promising);
      if (places.length === 0) continue;
      const table = evaluate(cells, sums, columns, places, (slice) => sliceScore(slice, all), promising);
      for (const { place, digits, above } of places) {
        const slice = sliceAt(table, place, digits);
        if (slice.size < rules.smallest || slice.score <= 0 || table.sums.balance[place]! >= 0) continue;
        if (columns.length === 1 && !rules.singles.has(columns[0]!)) continue;
        if (!parents.every((parent, index) => tellsMore(slice, parent, above[index]!))) continue;
        offer(best, slice, rules.most);
      }
      if (table.open.includes(1)) next.set(columns.join(), table);
    }
    level = next;
  }
  return best;
}

interface Place {
  readonly place: number;
  readonly digits: readonly number[];
  /** Where each parent lies in its table. */
  readonly above: readonly number[];
}

/** Combinations of values that may score enough for all that is known of their parents. */
function roomyPlaces(
  { valueCounts }: SliceCells,
  columns: readonly number[],
  parents: readonly Table[],
  promising: (slice: SliceSums & { readonly largest: number }) => boolean,
): Place[] {
  const places: Place[] = [];
  const placeOf = (digits: readonly number[], of: readonly number[]) =>
    digits.reduce((place, digit, index) => place * (valueCounts[of[index]!]! + 1) + digit, 0);
  const visit = (digits: readonly number[]): void => {
    const column = columns[digits.length];
    if (column !== undefined) {
      for (let code = 1; code <= valueCounts[column]!; code++) visit([...digits, code]);
      return;
    }
    const above = parents.map((parent, index) => placeOf(digits.toSpliced(index, 1), parent.columns));
    if (!parents.every((parent, index) => parent.open[above[index]!] === 1)) return;
    const least = (field: 'size' | 'error' | 'largest') =>
      Math.min(...parents.map((parent, index) => parent.sums[field][above[index]!]!));
    if (promising({ size: least('size'), error: least('error'), largest: least('largest') })) {
      places.push({ place: placeOf(digits, columns), digits, above });
    }
  };
  visit([]);
  return places;
}

function evaluate(
  cells: SliceCells,
  sums: CellSums,
  columns: readonly number[],
  places: readonly Place[],
  scoreOf: (slice: SliceSums) => number,
  promising: (slice: SliceSums & { readonly largest: number }) => boolean,
): Table {
  const marginal = marginalOf(cells, sums, columns);
  const score = new Float64Array(marginal.size.length).fill(Number.NEGATIVE_INFINITY);
  const open = new Uint8Array(marginal.size.length);
  for (const { place } of places) {
    const slice = {
      size: marginal.size[place]!,
      error: marginal.error[place]!,
      largest: marginal.largest[place]!,
    };
    if (slice.size === 0) continue;
    score[place] = scoreOf(slice);
    open[place] = promising(slice) ? 1 : 0;
  }
  return { columns, sums: marginal, score, open };
}

function sliceAt({ columns, sums, score }: Table, place: number, digits: readonly number[]): FoundSlice {
  return {
    conditions: columns.map((column, index) => ({ column, code: digits[index]! })),
    size: sums.size[place]!,
    error: sums.error[place]!,
    score: score[place]!,
  };
}

function tellsMore(slice: FoundSlice, parent: Table, place: number): boolean {
  return slice.score > parent.score[place]! && slice.size <= impliedShare * parent.sums.size[place]!;
}

/** All sets of `size` numbers below `count`, each ascending. */
function subsetsOf(count: number, size: number): number[][] {
  if (size === 0) return [[]];
  return subsetsOf(count, size - 1).flatMap((subset) => {
    const first = (subset.at(-1) ?? -1) + 1;
    return Array.from({ length: Math.max(0, count - first) }, (_, index) => [...subset, first + index]);
  });
}
