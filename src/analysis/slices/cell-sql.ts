import { literal, segmentColumn } from '../rows/report-scope.ts';
import type { SearchedColumn } from './columns.ts';

/** The number whose digits are the codes, 0 for values that are not searched: one number crosses threads sooner than as many texts as there are columns. */
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
