import { describe, expect, it } from 'vitest';
import { formatCpuSet, parseCpuSet } from '../../src/threads/cpu-set.ts';

describe('a set of CPUs', () => {
  it.each([
    ['0', [0]],
    ['0-3,6', [0, 1, 2, 3, 6]],
    [' 6, 0-1 ', [0, 1, 6]],
    ['3,3,2-4', [2, 3, 4]],
    ['0-14:2/4', [0, 1, 4, 5, 8, 9, 12, 13]],
    ['1-9:1/3,20', [1, 4, 7, 20]],
    ['8191', [8191]],
  ])('is read from %j as the kernel reads it', (text, cpus) => {
    expect(parseCpuSet(text)).toEqual(cpus);
  });

  it.each([
    ['', '"" is no set of CPUs: it holds nothing where a number or a range is due, as in 0-3,6'],
    ['0,,1', '"0,,1" is no set of CPUs: it holds nothing where a number or a range is due, as in 0-3,6'],
    ['a', '"a" is no set of CPUs: it holds "a" where a number or a range is due, as in 0-3,6'],
    ['-1', '"-1" is no set of CPUs: it holds "-1" where a number or a range is due, as in 0-3,6'],
    ['1.5', '"1.5" is no set of CPUs: it holds "1.5" where a number or a range is due, as in 0-3,6'],
    ['0-', '"0-" is no set of CPUs: it holds "0-" where a number or a range is due, as in 0-3,6'],
    ['0 1', '"0 1" is no set of CPUs: it holds "0 1" where a number or a range is due, as in 0-3,6'],
    ['4:1/2', '"4:1/2" is no set of CPUs: it holds "4:1/2" where a number or a range is due, as in 0-3,6'],
    ['6-4', '"6-4" is no set of CPUs: the range 6-4 runs backwards'],
    ['0-9:3/2', '"0-9:3/2" is no set of CPUs: 0-9:3/2 takes 3 of every 2, which cannot be'],
    ['0-9:0/2', '"0-9:0/2" is no set of CPUs: 0-9:0/2 takes 0 of every 2, which cannot be'],
    ['0-9:0/0', '"0-9:0/0" is no set of CPUs: 0-9:0/0 takes 0 of every 0, which cannot be'],
    [
      '0-9999999999',
      '"0-9999999999" is no set of CPUs: they are numbered from 0 to 8191 at most, not 9999999999',
    ],
  ])('is refused as %j with a sentence', (text, sentence) => {
    expect(() => parseCpuSet(text)).toThrow(new Error(sentence));
  });

  it.each([
    [[], ''],
    [[5], '5'],
    [[6, 3, 0, 2, 1], '0-3,6'],
    [[1, 2, 2], '1-2'],
    [[0, 2, 4], '0,2,4'],
  ])('is written in as few ranges as may be: %j', (cpus, text) => {
    expect(formatCpuSet(cpus)).toBe(text);
  });

  it('is read as it was written', () => {
    for (let bits = 1; bits < 512; bits++) {
      const cpus = Array.from({ length: 9 }, (_, cpu) => cpu).filter((cpu) => bits & (1 << cpu));
      expect(parseCpuSet(formatCpuSet(cpus))).toEqual(cpus);
    }
  });
});
