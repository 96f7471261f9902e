/**
 * Yes-or-no properties of a compared row, by the name of the column that counts the rows with it. They are packed into one number that
 * rows are grouped by, so that DuckDB keeps one count for each mix of properties that occurs, a few dozen, in place of one filtered count
 * for each property: a third of the time.
 */
export interface RowFlags {
  /** Count → condition, over the columns of a scored row. */
  readonly [count: string]: string;
}

/** Sums of a number over the rows that have a property. */
export interface FlaggedSums {
  readonly [sum: string]: { readonly of: string; readonly where: string };
}

/** Select list of the first grouping: the number of rows, and each number summed. To be grouped by `flags`. */
export function firstSums(sums: FlaggedSums): string[] {
  return [
    'count(*) AS rows_counted',
    ...Object.entries(sums).map(([name, { of }]) => `sum(${of}) AS ${name}`),
  ];
}

/** SQL for the column `flags`. */
export function flagsSql(flags: RowFlags): string {
  const bits = Object.values(flags).map(
    (condition, bit) => `CAST(coalesce(${condition}, false) AS INTEGER) * ${2 ** bit}`,
  );
  return `${bits.join(' + ')} AS flags`;
}

/** Select list of the second grouping: `n`, a count for each flag, and each sum over the rows of its flag. */
export function countsOfFlags(flags: RowFlags, sums: FlaggedSums): string[] {
  const names = Object.keys(flags);
  const has = (name: string): string => `flags & ${2 ** names.indexOf(name)} <> 0`;
  return [
    'sum(rows_counted) AS n',
    ...names.map((name) => `coalesce(sum(rows_counted) FILTER (${has(name)}), 0) AS ${name}`),
    ...Object.entries(sums).map(([name, { where }]) => `sum(${name}) FILTER (${has(where)}) AS ${name}`),
  ];
}
