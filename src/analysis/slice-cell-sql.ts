import { literal, segmentColumn } from './report-scope.ts';
import type { SearchedColumn } from './slice-columns.ts';

/** The number whose digits are the codes: one number crosses threads sooner than as many texts as there are columns. */
export function cellSql(columns: readonly SearchedColumn[]): string {
  return columns.reduce((cell, { column, values }) => {
    const codes = values.map((value, index) => `WHEN ${literal(value)} THEN ${index + 1}`).join(' ');
    const code = `CASE ${segmentColumn(column)} ${codes} ELSE 0 END`;
    return `(${cell}) * ${values.length + 1} + ${code}`;
  }, '0');
}

/** What `cellSql` put into the number. */
export function codesOf(cell: number, columns: readonly SearchedColumn[]): number[] {
  let rest = cell;
  return columns
    .toReversed()
    .map(({ values }) => {
      const code = rest % (values.length + 1);
      rest = Math.floor(rest / (values.length + 1));
      return code;
    })
    .toReversed();
}

/** Takes the values that are not searched for none; whole columns are left alone, since looking at each value costs. */
export function searchedValues(columns: readonly SearchedColumn[]): string {
  const replaced = columns
    .filter(({ shortened }) => shortened)
    .map(({ column, values }) => {
      const name = segmentColumn(column);
      return `CASE WHEN ${name} IN (${values.map(literal).join(', ')}) THEN ${name} END AS ${name}`;
    });
  return replaced.length === 0 ? '' : ` REPLACE (${replaced.join(', ')})`;
}
