import { type CellSums, emptyCellSums, type SliceCells } from '../../src/analysis/slices/cube.ts';

/** Every combination of codes 0 to `valueCounts`, the last column running fastest. */
export function allCells(valueCounts: readonly number[]): SliceCells {
  const cells = valueCounts.reduce((product, count) => product * (count + 1), 1);
  let repeat = cells;
  const codes = valueCounts.map((count) => {
    repeat /= count + 1;
    return Uint16Array.from({ length: cells }, (_, cell) => Math.floor(cell / repeat) % (count + 1));
  });
  return { cells, codes, valueCounts };
}

/** Sums as the function says of each cell. */
export function sumsOf(
  { cells }: SliceCells,
  sumOf: (cell: number) => { size: number; error: number; largest: number; balance: number },
): CellSums {
  const sums = emptyCellSums(cells);
  for (let cell = 0; cell < cells; cell++) {
    const { size, error, largest, balance } = sumOf(cell);
    sums.size[cell] = size;
    sums.error[cell] = error;
    sums.largest[cell] = largest;
    sums.balance[cell] = balance;
  }
  return sums;
}
