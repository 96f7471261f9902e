import { describe, expect, it } from 'vitest';
import { hashStep, NameTable } from '../../src/protocol/name-table.ts';

const lookUp = (table: NameTable, name: string) => {
  const bytes = Buffer.from(`"${name}"`);
  const hash = bytes.subarray(1, -1).reduce(hashStep, 0);
  return table.find(bytes, 1, bytes.length - 1, hash);
};

describe('a name table', () => {
  it('finds each of many names by its bytes and by its text, and no other', () => {
    const names = ['', ...Array.from({ length: 500 }, (_, index) => `feature_${index}`)];
    const table = new NameTable(names);
    for (const [index, name] of names.entries()) {
      expect(lookUp(table, name)).toBe(index);
      expect(table.indexOf(name)).toBe(index);
    }
    for (const name of ['feature_500', 'feature_', 'eature_1', 'feature_1 ']) {
      expect(lookUp(table, name)).toBe(-1);
      expect(table.indexOf(name)).toBe(-1);
    }
  });

  it('tells names apart whose hashes are equal', () => {
    const table = new NameTable(['Aa', 'BB', 'C#']);
    expect(['Aa', 'BB', 'C#'].map((name) => lookUp(table, name))).toEqual([0, 1, 2]);
  });
});
