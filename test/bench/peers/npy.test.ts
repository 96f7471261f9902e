import { expect, it } from 'vitest';
import { npy } from '../../../bench/peers/npy.ts';

it('a tensor becomes a file of numpy, format 1.0', () => {
  const file = npy([2, 3], Float32Array.of(1, 2, 3, 4, 5, 6));
  expect(file.subarray(0, 8)).toEqual(Buffer.from('\x93NUMPY\x01\x00', 'latin1'));
  const dataAt = 10 + file.readUInt16LE(8);
  expect(dataAt % 64).toBe(0);
  expect(file.toString('latin1', 10, dataAt)).toMatch(
    /^\{'descr': '<f4', 'fortran_order': False, 'shape': \(2, 3,\), \} *\n$/,
  );
  expect(file.length).toBe(dataAt + 6 * 4);
  expect(Array.from({ length: 6 }, (_, i) => file.readFloatLE(dataAt + 4 * i))).toEqual([1, 2, 3, 4, 5, 6]);
});
