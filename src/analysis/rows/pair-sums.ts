import { has, type RowFlag, rowFlags } from './row-flags.ts';

/** Sums of a number over the rows that have a property. */
export interface FlaggedSums {
  readonly [sum: string]: { readonly of: string; readonly where: RowFlag };
}

/** Select list of the first grouping: the number of rows, and each number summed. To be grouped by `flags`. */
export function firstSums(sums: FlaggedSums): string[] {
  return [
    'count(*) AS rows_counted',
    ...Object.entries(sums).map(([name, { of }]) => `sum(${of}) AS ${name}`),
  ];
}

/** Select list of the second grouping: `n`, a count for each flag, and each sum over the rows of its flag. */
export function countsOfFlags(sums: FlaggedSums): string[] {
  return [
    'sum(rows_counted) AS n',
    ...rowFlags.map((flag) => `coalesce(sum(rows_counted) FILTER (${has(flag)}), 0) AS ${flag}`),
    ...Object.entries(sums).map(([name, { where }]) => `sum(${name}) FILTER (${has(where)}) AS ${name}`),
  ];
}
