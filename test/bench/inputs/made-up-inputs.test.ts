import { describe, expect, it } from 'vitest';
import { type Datatype, datatypes } from '../../../src/protocol/datatype.ts';
import type { TensorSpec } from '../../../src/protocol/signature.ts';
import { type MadeUpOptions, madeUpInputs } from './made-up-inputs.ts';

const x: TensorSpec = { name: 'x', datatype: 'FP32', shape: [-1, 4] };
const ids: TensorSpec = { name: 'ids', datatype: 'INT64', shape: [-1, -1] };
const shaped = { shapes: new Map([['ids', [50]]]) };
const numbers = (inputs: readonly { data: ArrayLike<unknown> }[], i = 0): number[] =>
  Array.from(inputs[i]!.data, Number);

describe('inputs made from the metadata of a model', () => {
  it('are the same for the same seed, and others for another', async () => {
    expect(await madeUpInputs([x, ids], shaped)).toEqual(await madeUpInputs([x, ids], shaped));
    expect(await madeUpInputs([x], { seed: 2 })).not.toEqual(await madeUpInputs([x]));
  });

  it('have the rows that were asked for, and the sizes that were given for dynamic dimensions', async () => {
    const inputs = await madeUpInputs([x, ids], shaped);
    expect(inputs.map(({ shape, data }) => [shape, data.length])).toEqual([
      [[3, 4], 12],
      [[3, 50], 150],
    ]);
  });

  it('fit every datatype', async () => {
    for (const datatype of Object.keys(datatypes) as Datatype[]) {
      const [tensor] = await madeUpInputs([{ name: 'x', datatype, shape: [-1, 40] }]);
      expect(tensor!.datatype).toBe(datatype);
      if (datatype === 'BYTES') {
        for (const text of tensor!.data) expect(text).toMatch(/^[a-z]{8}$/);
        continue;
      }
      expect(tensor!.data).toBeInstanceOf(datatypes[datatype].array);
      for (const value of tensor!.data) {
        expect(Number(value)).toBeGreaterThanOrEqual(0);
        expect(Number(value)).toBeLessThanOrEqual(1);
      }
      expect(new Set<unknown>(tensor!.data).size).toBeGreaterThan(1);
    }
  });

  it('stay within a range, reach both ends of one of whole numbers, and are four digits long', async () => {
    const ranges = new Map([
      ['ids', { low: -2, high: 3 }],
      ['x', { low: 0.5, high: 0.75 }],
    ]);
    const inputs = await madeUpInputs([ids, x], { ...shaped, ranges });
    expect([...new Set(numbers(inputs))].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2, 3]);
    for (const value of numbers(inputs, 1)) {
      expect(value).toBeGreaterThanOrEqual(0.5);
      expect(value).toBeLessThanOrEqual(0.75);
      expect(value).toBe(Math.fround(Number(value.toPrecision(4))));
    }
  });

  it('keep to the widest range a datatype has', async () => {
    const ranges = new Map([['x', { low: -Number.MAX_VALUE, high: Number.MAX_VALUE }]]);
    const inputs = await madeUpInputs([{ name: 'x', datatype: 'FP64', shape: [-1, 40] }], { ranges });
    expect(numbers(inputs).every(Number.isFinite)).toBe(true);
    const exact = { low: Number.MIN_SAFE_INTEGER, high: Number.MAX_SAFE_INTEGER };
    const long = await madeUpInputs([ids], { ...shaped, ranges: new Map([['ids', exact]]) });
    expect(numbers(long).every(Number.isSafeInteger)).toBe(true);
  });

  it('are refused with what would be right', async () => {
    const refused = (specs: readonly TensorSpec[], options: MadeUpOptions) =>
      expect(madeUpInputs(specs, options)).rejects;
    const range = (name: string, low: number, high: number) => ({ ranges: new Map([[name, { low, high }]]) });
    await refused([ids], {}).toThrow('say how large they are, such as --shape ids:16');
    await refused([x], { shapes: new Map([['y', [4]]]) }).toThrow(
      "--shape names y; the model's inputs are x",
    );
    await refused([x], range('y', 0, 1)).toThrow('--input-range names y');
    await refused([ids], { shapes: new Map([['ids', [1, 7]]]) }).toThrow('does not fit [-1]');
    await refused([x], { shapes: new Map([['x', [7]]]) }).toThrow('does not fit [4], the shape of one row');
    await refused([{ ...x, datatype: 'UINT8' }], range('x', 0, 256)).toThrow(
      "the range of input 'x' is 0 to 256; UINT8 takes whole numbers from 0 to 255",
    );
    await refused([{ ...x, datatype: 'INT8' }], range('x', 0, 0.5)).toThrow('whole numbers from -128 to 127');
    await refused([{ ...x, datatype: 'BYTES' }], range('x', 0, 1)).toThrow('BYTES, which has no range');
    await refused([{ ...x, shape: [8, 4] }], {}).toThrow('only -b 1 fits');
  });

  it('of a model with a fixed batch are of that batch', async () => {
    const [tensor] = await madeUpInputs([{ ...x, shape: [8, 4] }], { rows: 1 });
    expect([tensor!.shape, tensor!.data.length]).toEqual([[8, 4], 32]);
  });

  it('leave an input without rows as it is beside one with rows', async () => {
    const threshold: TensorSpec = { name: 'threshold', datatype: 'FP32', shape: [] };
    expect((await madeUpInputs([x, threshold])).map(({ shape }) => shape)).toEqual([[3, 4], []]);
  });
});
