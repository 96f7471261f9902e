import type { FoundSlice } from './best-slices.ts';
import { type CellSums, type Conditions, emptyCellSums, type SliceCells, totalOf } from './cube.ts';
import { distinctSlices, overlap } from './distinct-slices.ts';
import { searchSlices } from './search.ts';

/**
 * Counts of pairs with a known difference, in the order of their events, at which a search is made. Fixed beforehand, so that
 * whoever calculates a report finds the same slices at the same moments, and nothing need be stored.
 */
export const checkpointPairs: readonly number[] = Array.from({ length: 12 }, (_, index) => 2000 * 2 ** index);
/** Slices that each checkpoint may send to the test. */
const slicesPerCheckpoint = 10;
/** K of e-BH: every place there will ever be, taken or not, so that it does not depend on what was seen. */
export const slicePlaces = checkpointPairs.length * slicesPerCheckpoint;

/** A moment that splits the rows: those before it are searched, those from it on test what was found. */
export interface Checkpoint {
  /** Pairs with a known difference that it waited for. */
  readonly pairs: number;
  /** Event time, milliseconds since the epoch. */
  readonly atMs: number;
}

/** More than these many of the best are not looked through for distinct ones. */
const searched = 50;
const nearlyTheSame = 0.9;
const fewestRows = 32;
/** The paper asks for a hundredth of all rows; its score weighs size already, and three conditions may be rarer than that. */
const smallestShare = 0.001;

/** Sums of the rows between two checkpoints. */
export interface CheckpointRows {
  readonly cell: number;
  /** How many checkpoints were reached before these rows. */
  readonly bucket: number;
  readonly size: number;
  readonly error: number;
  readonly largest: number;
  readonly balance: number;
}

export interface SliceCandidate extends FoundSlice {
  /** Index of the first checkpoint at which it was among the best: the rows up to it chose the slice, later ones test it. */
  readonly checkpoint: number;
  /** Its mean error against that of all rows up to the checkpoint. */
  readonly lift: number;
}

/**
 * What searches at the `reached` checkpoints find, each over the rows before it only. A slice keeps its first checkpoint, and
 * one with nearly the rows of a slice that is known already is not taken.
 */
export function sliceCandidates(
  cells: SliceCells,
  rows: readonly CheckpointRows[],
  reached: number,
  singles: ReadonlySet<number>,
): SliceCandidate[] {
  const candidates = new Map<string, SliceCandidate>();
  const sums = emptyCellSums(cells.cells);
  const byBucket = Map.groupBy(rows, ({ bucket }) => bucket);
  for (let checkpoint = 0; checkpoint < reached; checkpoint++) {
    addRows(sums, byBucket.get(checkpoint) ?? []);
    const all = totalOf(sums);
    const smallest = Math.max(fewestRows, Math.ceil(all.size * smallestShare));
    const best = searchSlices(cells, sums, { smallest, most: searched, singles });
    const known = best.filter((slice) => candidates.has(keyOf(slice.conditions)));
    for (const slice of distinctSlices(cells, sums, best, { smallest, most: slicesPerCheckpoint })) {
      const isNew = known.every((other) => overlap(cells, sums, slice, other) < nearlyTheSame);
      if (!isNew) continue;
      const lift = (slice.error * all.size) / (all.error * slice.size);
      candidates.set(keyOf(slice.conditions), { ...slice, checkpoint, lift });
    }
  }
  return [...candidates.values()];
}

function addRows(sums: CellSums, rows: readonly CheckpointRows[]): void {
  for (const { cell, size, error, largest, balance } of rows) {
    sums.size[cell]! += size;
    sums.error[cell]! += error;
    sums.balance[cell]! += balance;
    sums.largest[cell] = Math.max(sums.largest[cell]!, largest);
  }
}

function keyOf(conditions: Conditions): string {
  return conditions.map(({ column, code }) => `${column}=${code}`).join();
}
