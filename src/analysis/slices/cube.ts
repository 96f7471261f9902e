import type { SliceSums } from './score.ts';

/** Rows by what they have in each of some segment columns. A cell is one combination of values. */
export interface SliceCells {
  readonly cells: number;
  /** For each column the code of each cell's value: 0 where no condition can hold, else 1 to its `valueCounts`. */
  readonly codes: readonly Uint16Array[];
  readonly valueCounts: readonly number[];
}

/** What the rows of each cell come to; a place for each cell. */
export interface CellSums {
  readonly size: Float64Array;
  readonly error: Float64Array;
  /** The largest error of one row. */
  readonly largest: Float64Array;
  /** Sum of the difference between the versions, above zero where the shadow gains. */
  readonly balance: Float64Array;
}

export interface SliceCondition {
  /** Index of the column. */
  readonly column: number;
  readonly code: number;
}

/** Conditions on one to three columns, ordered by column. */
export type Conditions = readonly SliceCondition[];

export function emptyCellSums(cells: number): CellSums {
  const zeros = () => new Float64Array(cells);
  return { size: zeros(), error: zeros(), largest: zeros(), balance: zeros() };
}

export function matches({ codes }: SliceCells, cell: number, conditions: Conditions): boolean {
  for (const { column, code } of conditions) if (codes[column]![cell] !== code) return false;
  return true;
}

export function totalOf(sums: CellSums): SliceSums & { readonly largest: number } {
  const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
  return {
    size: sum(sums.size),
    error: sum(sums.error),
    largest: sums.largest.reduce((most, value) => Math.max(most, value), 0),
  };
}

/**
 * The sums by the values of some columns, the others added up. A combination lies at the number whose digits are its
 * codes, the digit of a column counting to its `valueCounts`; those with a 0 are left empty.
 */
export function marginalOf(cells: SliceCells, sums: CellSums, columns: readonly number[]): CellSums {
  const length = columns.reduce((product, column) => product * (cells.valueCounts[column]! + 1), 1);
  const marginal = emptyCellSums(length);
  const selected = columns.map((column) => ({
    codes: cells.codes[column]!,
    base: cells.valueCounts[column]! + 1,
  }));
  next: for (let cell = 0; cell < cells.cells; cell++) {
    let place = 0;
    for (const { codes, base } of selected) {
      const code = codes[cell]!;
      if (code === 0) continue next;
      place = place * base + code;
    }
    marginal.size[place]! += sums.size[cell]!;
    marginal.error[place]! += sums.error[cell]!;
    marginal.balance[place]! += sums.balance[cell]!;
    marginal.largest[place] = Math.max(marginal.largest[place]!, sums.largest[cell]!);
  }
  return marginal;
}
