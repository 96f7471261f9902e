import type { FoundSlice } from './best-slices.ts';
import { type CellSums, matches, type SliceCells, totalOf } from './cube.ts';
import { type SliceSums, sliceScore } from './score.ts';

/**
 * Of slices, best first, those that are worth telling beside the better ones: without the rows of all that were taken before, a
 * slice must still score above zero and have `smallest` rows. So what is bad only for what it shares with a better slice, or is
 * another name for it, is left out.
 */
export function distinctSlices(
  cells: SliceCells,
  sums: CellSums,
  slices: readonly FoundSlice[],
  limits: { readonly smallest: number; readonly most: number },
): FoundSlice[] {
  const all = totalOf(sums);
  const told = new Uint8Array(cells.cells);
  const distinct: FoundSlice[] = [];
  for (const slice of slices) {
    if (distinct.length === limits.most) break;
    const inside: number[] = [];
    const rest = { size: 0, error: 0 };
    for (let cell = 0; cell < cells.cells; cell++) {
      if (sums.size[cell] === 0 || told[cell] === 1 || !matches(cells, cell, slice.conditions)) continue;
      inside.push(cell);
      rest.size += sums.size[cell]!;
      rest.error += sums.error[cell]!;
    }
    if (rest.size < limits.smallest || !losesStill(rest, all)) continue;
    for (const cell of inside) told[cell] = 1;
    distinct.push(slice);
  }
  return distinct;
}

function losesStill(rest: SliceSums, all: SliceSums): boolean {
  return sliceScore(rest, all) > 0;
}

/** Rows that two slices share, as a share of the rows of either. */
export function overlap(cells: SliceCells, sums: CellSums, a: FoundSlice, b: FoundSlice): number {
  let [both, either] = [0, 0];
  for (let cell = 0; cell < cells.cells; cell++) {
    const inA = matches(cells, cell, a.conditions);
    const inB = matches(cells, cell, b.conditions);
    if (inA && inB) both += sums.size[cell]!;
    if (inA || inB) either += sums.size[cell]!;
  }
  return either === 0 ? 0 : both / either;
}
