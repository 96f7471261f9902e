import type { Row } from '../../log/comparison-log.ts';
import type { Segment } from '../report/report.ts';
import { type ReportScope, segmentColumn } from './report-scope.ts';
import { numberIn, textIn } from './row-fields.ts';

/** All rows together, or the rows of one segment, as a key. */
export type CellKey = string;

export const overallKey: CellKey = '';

export function keyOf(segment: Segment): CellKey {
  return JSON.stringify([segment.column, segment.value]);
}

export interface CellGrouping {
  /** Columns `k` (0 for all rows, else 1 + the index of the segment column) and `v` (its value). */
  readonly fields: string;
  /** GROUP BY clause: all rows, and each segment column by itself, in one pass. */
  readonly groupBy: string;
  /** Leaves out rows that lack the segment column. */
  readonly having: string;
}

/** Where `alsoBy` are given, every set is there once for each of them, grouped by it too. */
export function groupingOf(scope: ReportScope, alsoBy: readonly string[] = []): CellGrouping {
  const names = scope.columns.map(segmentColumn);
  const sets = [[], ...names.map((name) => [name])]
    .flatMap((set) => (alsoBy.length === 0 ? [set] : alsoBy.map((column) => [...set, column])))
    .map((set) => `(${set.join(', ')})`);
  if (names.length === 0) {
    return {
      fields: '0 AS k, NULL AS v',
      groupBy: `GROUP BY GROUPING SETS (${sets.join(', ')})`,
      having: '',
    };
  }
  const which = names.map((name, index) => `WHEN GROUPING(${name}) = 0 THEN ${index + 1}`).join(' ');
  return {
    fields: `CASE ${which} ELSE 0 END AS k, coalesce(${names.join(', ')}) AS v`,
    groupBy: `GROUP BY GROUPING SETS (${sets.join(', ')})`,
    having: `HAVING k = 0 OR v IS NOT NULL`,
  };
}

/** The segment a grouped row is about; null for all rows. */
export function segmentIn(row: Row, scope: ReportScope): Segment | null {
  const column = scope.columns[numberIn(row, 'k') - 1];
  return column === undefined ? null : { column, value: textIn(row, 'v') };
}

export function keyIn(row: Row, scope: ReportScope): CellKey {
  const segment = segmentIn(row, scope);
  return segment === null ? overallKey : keyOf(segment);
}
