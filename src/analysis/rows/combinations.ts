import { type ReportScope, segmentColumn, segmentExpressions } from './report-scope.ts';

/** Table of a session with the combinations of segment values that occur: `combination`, and a column for each segment. */
export const combinationTable = 'report_combinations';

/** Above it the sums of combinations might fill the memory that was to be saved. */
export const manyCombinations = 1024;

/** A hash of the values stands for them: eight bytes instead of sixteen for each column, in every row. */
export function combinationSql(columns: readonly string[]): string {
  return columns.length === 0 ? '0::UBIGINT' : `hash(${columns.map(segmentColumn).join(', ')})`;
}

/** Columns that say in which segments a kept row is: its combination, or where there are many, each segment. */
export function combinationKeys(scope: ReportScope): string[] {
  return scope.combinationsAreMany ? scope.columns.map(segmentColumn) : ['combination'];
}

/** FROM item of a table with these keys, beside them the segment columns of the scope. */
export function withSegments(scope: ReportScope, table: string): string {
  if (scope.combinationsAreMany) return table;
  const segments = segmentExpressions(scope, new Set(scope.columns));
  return `(SELECT * FROM ${table} JOIN (SELECT combination${segments} FROM ${combinationTable}) USING (combination))`;
}
