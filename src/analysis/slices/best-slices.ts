import type { Conditions } from './cube.ts';
import type { SliceSums } from './score.ts';

export interface FoundSlice extends SliceSums {
  readonly conditions: Conditions;
  readonly score: number;
}

/** Keeps the list sorted and short; what scores the same stands in the order of the columns and values. */
export function offer(best: FoundSlice[], slice: FoundSlice, most: number): void {
  const worse = best.findIndex((other) => comesBefore(slice, other));
  best.splice(worse < 0 ? best.length : worse, 0, slice);
  if (best.length > most) best.pop();
}

function comesBefore(a: FoundSlice, b: FoundSlice): boolean {
  if (a.score !== b.score) return a.score > b.score;
  if (a.conditions.length !== b.conditions.length) return a.conditions.length < b.conditions.length;
  const differing = a.conditions.findIndex(
    ({ column, code }, index) => column !== b.conditions[index]!.column || code !== b.conditions[index]!.code,
  );
  const [one, other] = [a.conditions[differing], b.conditions[differing]];
  if (one === undefined || other === undefined) return false;
  return one.column === other.column ? one.code < other.code : one.column < other.column;
}
