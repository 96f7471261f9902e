import type { Row } from '../../log/comparison-log.ts';

/** The number in a column of an answer; 0 where it is null, which is what a sum over no rows is. */
export function numberIn(row: Row | undefined, column: string): number {
  return optionalNumberIn(row, column) ?? 0;
}

export function optionalNumberIn(row: Row | undefined, column: string): number | null {
  const value = row?.[column] ?? null;
  if (value === null || typeof value === 'number') return value;
  throw new TypeError(
    `Column ${column} of an answer of the log holds ${typeof value}; a number is expected.`,
  );
}

export function textIn(row: Row | undefined, column: string): string {
  return optionalTextIn(row, column) ?? '';
}

export function optionalTextIn(row: Row | undefined, column: string): string | null {
  const value = row?.[column] ?? null;
  if (value === null || typeof value === 'string') return value;
  throw new TypeError(`Column ${column} of an answer of the log holds ${typeof value}; a text is expected.`);
}

/** A list of numbers; empty where it is null. */
export function numbersIn(row: Row | undefined, column: string): number[] {
  const value = row?.[column] ?? [];
  if (!Array.isArray(value)) {
    throw new TypeError(`Column ${column} of an answer of the log holds no list; a list is expected.`);
  }
  return value.map((item) => {
    if (typeof item === 'number') return item;
    throw new TypeError(`A list in column ${column} holds ${typeof item}; numbers are expected.`);
  });
}
