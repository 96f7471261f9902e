import { noSimilarity } from '../../src/analysis/rows/similarity-sums.ts';
import { checkpointPairs } from '../../src/analysis/slices/candidates.ts';
import type { SearchedColumn } from '../../src/analysis/slices/columns.ts';
import type { SliceRows } from '../../src/analysis/slices/rows.ts';

export interface SimulatedPair {
  /** One for each column. */
  readonly values: readonly string[];
  readonly outcome: 'gain' | 'loss' | 'draw';
}

/** Columns `a`, `b`, … with the values `0` to one below the count. */
export function simulatedColumns(valueCounts: readonly number[]): SearchedColumn[] {
  return valueCounts.map((count, index) => ({
    column: String.fromCharCode('a'.charCodeAt(0) + index),
    declared: true,
    shortened: false,
    values: Array.from({ length: count }, (_, value) => String(value)),
  }));
}

/** Labelled pairs, one a minute, as the log's query sums them up. */
export function sliceRowsOf(pairs: readonly SimulatedPair[]): SliceRows[] {
  const groups = new Map<string, SliceRows>();
  const none = { n: 0, sum: 0, sumSquares: 0 };
  for (const [index, { values, outcome }] of pairs.entries()) {
    const bucket = checkpointPairs.filter((reached) => reached <= index).length;
    const key = `${bucket} ${values.join()}`;
    const before = groups.get(key);
    const counts = before?.counts.pairs;
    const [gain, loss] = [Number(outcome === 'gain'), Number(outcome === 'loss')];
    groups.set(key, {
      codes: values.map((value) => Number(value) + 1),
      bucket,
      lastMinute: index,
      known: (before?.known ?? 0) + 1,
      error: (before?.error ?? 0) + loss,
      largest: 1,
      counts: {
        pairs: {
          n: (counts?.n ?? 0) + 1,
          disagreements: (counts?.disagreements ?? 0) + gain + loss,
          labelledDisagreements: (counts?.labelledDisagreements ?? 0) + gain + loss,
          gains: (counts?.gains ?? 0) + gain,
          losses: (counts?.losses ?? 0) + loss,
        },
        errors: { primary: none, difference: none },
        similarity: noSimilarity,
      },
    });
  }
  return [...groups.values()];
}
