import { expect, it } from 'vitest';
import { type ColumnValues, chooseColumns, mostCells } from '../../../src/analysis/slices/columns.ts';

const columnOf = (column: string, count: number, declared = true): ColumnValues => ({
  column,
  declared,
  values: Array.from({ length: count }, (_, index) => ({ value: `v${index}`, n: 1000 - index })),
});

it('columns that fit are searched whole, the declared ones first, whatever their order', () => {
  const { columns, leftOut } = chooseColumns([columnOf('z', 2, false), columnOf('b', 3), columnOf('a', 5)]);
  expect(columns.map(({ column, values }) => [column, values.length])).toEqual([
    ['a', 5],
    ['b', 3],
    ['z', 2],
  ]);
  expect(leftOut).toEqual([]);
});

it('the rarest values of the widest columns give way until the combinations fit', () => {
  const { columns, leftOut } = chooseColumns([
    columnOf('a', 90),
    columnOf('b', 80),
    columnOf('c', 4),
    columnOf('d', 4),
  ]);
  const cells = columns.reduce((product, { values }) => product * (values.length + 1), 1);
  expect(cells).toBeLessThanOrEqual(mostCells);
  expect(columns.map(({ values }) => values.length)).toEqual([17, 17, 4, 4]);
  expect(columns[0]?.values[16]).toBe('v16');
  expect(leftOut).toEqual([
    'Of a only the 17 most frequent values are searched.',
    'Of b only the 17 most frequent values are searched.',
  ]);
});

it('columns beyond the eighth are not searched, and named', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];
  const { columns, leftOut } = chooseColumns(names.map((name) => columnOf(name, 2)));
  expect(columns).toHaveLength(8);
  expect(leftOut).toEqual(['Not searched, since 8 columns are the most: i, j.']);
});

it('a column without values is none', () => {
  expect(chooseColumns([columnOf('a', 0), columnOf('b', 1)]).columns.map(({ column }) => column)).toEqual([
    'b',
  ]);
});
