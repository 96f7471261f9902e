import type { Query } from '../../log/comparison-log.ts';
import { pairsOf, type ReportScope } from '../rows/report-scope.ts';
import { numberIn } from '../rows/row-fields.ts';
import { groupingOf, segmentIn } from '../rows/segment-cell.ts';

/** A segment column with its values and how many rows have each. */
export interface ColumnValues {
  readonly column: string;
  /** Its values are judged one by one already, so that only conjunctions are news. */
  readonly declared: boolean;
  readonly values: readonly { readonly value: string; readonly n: number }[];
}

export interface SearchedColumn {
  readonly column: string;
  readonly declared: boolean;
  readonly values: readonly string[];
  /** It has values that are not searched. */
  readonly shortened: boolean;
}

const mostColumns = 8;
/** Combinations of values, those that are left out of a column taken as one. */
export const mostCells = 8192;
const mostValues = 100;

/**
 * The columns and values that slices are made of, in an order that does not depend on where the log is read: declared columns
 * first, the most frequent values first. What would make too many combinations is left out, each a sentence.
 */
export function chooseColumns(candidates: readonly ColumnValues[]): {
  readonly columns: readonly SearchedColumn[];
  readonly leftOut: readonly string[];
} {
  const ordered = candidates
    .filter(({ values }) => values.length > 0)
    .toSorted((a, b) => Number(b.declared) - Number(a.declared) || compareTexts(a.column, b.column));
  const chosen = ordered.slice(0, mostColumns).map(({ column, declared, values }) => ({
    column,
    declared,
    values: values
      .toSorted((a, b) => b.n - a.n || compareTexts(a.value, b.value))
      .slice(0, mostValues)
      .map(({ value }) => value),
  }));
  const cells = () => chosen.reduce((product, { values }) => product * (values.length + 1), 1);
  while (cells() > mostCells) {
    chosen
      .reduce((widest, other) => (other.values.length > widest.values.length ? other : widest))
      .values.pop();
  }
  const unsearched = ordered.slice(mostColumns).map(({ column }) => column);
  const columns = chosen.map((column, index) => ({
    ...column,
    shortened: column.values.length < ordered[index]!.values.length,
  }));
  return {
    columns,
    leftOut: [
      ...columns
        .filter(({ shortened }) => shortened)
        .map(
          ({ column, values }) => `Of ${column} only the ${values.length} most frequent values are searched.`,
        ),
      ...(unsearched.length === 0
        ? []
        : [`Not searched, since ${mostColumns} columns are the most: ${unsearched.join(', ')}.`]),
    ],
  };
}

/** The most frequent values of columns that nobody declared. */
export async function queryUndeclared(
  query: Query,
  scope: ReportScope,
  columns: readonly string[],
): Promise<ColumnValues[]> {
  if (columns.length === 0) return [];
  const undeclared: ReportScope = { ...scope, columns };
  const grouping = groupingOf(undeclared);
  const pairs = pairsOf(undeclared, ['ts']);
  // One more than are searched, so that it is seen where some are left out.
  const rows = await query(
    `WITH pairs AS (${pairs.text}),
     counted AS (SELECT ${grouping.fields}, count(*) AS n FROM pairs ${grouping.groupBy} ${grouping.having})
     SELECT k, v, n FROM counted WHERE k > 0
     QUALIFY row_number() OVER (PARTITION BY k ORDER BY n DESC, v) <= ${mostValues + 1}`,
    pairs.parameters,
  );
  const values = rows.flatMap((row) => {
    const segment = segmentIn(row, undeclared);
    return segment === null ? [] : [{ ...segment, n: numberIn(row, 'n') }];
  });
  return columns.map((column) => ({
    column,
    declared: false,
    values: values.filter((value) => value.column === column),
  }));
}

/** The same everywhere, which a locale's order is not. */
function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
