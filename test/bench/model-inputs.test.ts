import { describe, expect, it } from 'vitest';
import { type InputOptions, modelInputs } from '../../bench/model-inputs.ts';
import { type Datatype, datatypes } from '../../src/protocol/datatype.ts';
import type { TensorSpec } from '../../src/protocol/signature.ts';

const options: InputOptions = { rows: 3, seed: 1, shapes: new Map(), ranges: new Map() };
const x: TensorSpec = { name: 'x', datatype: 'FP32', shape: [-1, 4] };
const ids: TensorSpec = { name: 'ids', datatype: 'INT64', shape: [-1, -1] };
const shaped = { ...options, shapes: new Map([['ids', [1, 50]]]) };
const numbers = (inputs: readonly { data: ArrayLike<unknown> }[], i = 0): number[] =>
  Array.from(inputs[i]!.data, Number);

describe('inputs made from the metadata of a model', () => {
  it('are the same for the same seed, and others for another', () => {
    expect(modelInputs([x, ids], shaped)).toEqual(modelInputs([x, ids], shaped));
    expect(modelInputs([x], { ...options, seed: 2 })).not.toEqual(modelInputs([x], options));
  });

  it('have the rows that were asked for, and the sizes that were given for dynamic dimensions', () => {
    const inputs = modelInputs([x, ids], shaped);
    expect(inputs.map(({ shape, data }) => [shape, data.length])).toEqual([
      [[3, 4], 12],
      [[3, 50], 150],
    ]);
  });

  it('fit every datatype', () => {
    for (const datatype of Object.keys(datatypes) as Datatype[]) {
      const [tensor] = modelInputs([{ name: 'x', datatype, shape: [-1, 40] }], options);
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

  it('stay within a range, reach both ends of one of whole numbers, and are four digits long', () => {
    const ranges = new Map([
      ['ids', { low: -2, high: 3 }],
      ['x', { low: 0.5, high: 0.75 }],
    ]);
    const inputs = modelInputs([ids, x], { ...shaped, ranges });
    expect([...new Set(numbers(inputs))].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2, 3]);
    for (const value of numbers(inputs, 1)) {
      expect(value).toBeGreaterThanOrEqual(0.5);
      expect(value).toBeLessThanOrEqual(0.75);
      expect(value).toBe(Math.fround(Number(value.toPrecision(4))));
    }
  });

  it('keep to the widest range a datatype has', () => {
    const ranges = new Map([['x', { low: -Number.MAX_VALUE, high: Number.MAX_VALUE }]]);
    const inputs = modelInputs([{ name: 'x', datatype: 'FP64', shape: [-1, 40] }], { ...options, ranges });
    expect(numbers(inputs).every(Number.isFinite)).toBe(true);
    const exact = { low: Number.MIN_SAFE_INTEGER, high: Number.MAX_SAFE_INTEGER };
    const long = modelInputs([ids], { ...shaped, ranges: new Map([['ids', exact]]) });
    expect(numbers(long).every(Number.isSafeInteger)).toBe(true);
  });

  it('are refused with what would be right', () => {
    const refused = (specs: readonly TensorSpec[], changed: Partial<InputOptions>) => () =>
      modelInputs(specs, { ...options, ...changed });
    const range = (name: string, low: number, high: number) => ({ ranges: new Map([[name, { low, high }]]) });
    expect(refused([ids], {})).toThrow(
      "input 'ids' has shape [-1, -1]; say how large -1 is, for example --shape ids:1,128",
    );
    expect(refused([x], { shapes: new Map([['y', [1, 4]]]) })).toThrow(
      "--shape names 'y'; the model's inputs are x",
    );
    expect(refused([x], range('y', 0, 1))).toThrow("--input-range names 'y'");
    expect(refused([ids], { shapes: new Map([['ids', [7]]]) })).toThrow(
      '--shape gives [7]: it must give 2 sizes',
    );
    expect(refused([ids], { shapes: new Map([['ids', [2, 7]]]) })).toThrow('must be 1 or the rows, 3, not 2');
    expect(refused([x], { shapes: new Map([['x', [1, 7]]]) })).toThrow(
      'must leave 4 as it is, not make it 7',
    );
    expect(refused([{ ...x, datatype: 'UINT8' }], range('x', 0, 256))).toThrow(
      "the range of input 'x' is 0 to 256; UINT8 takes whole numbers from 0 to 255",
    );
    expect(refused([{ ...x, datatype: 'INT8' }], range('x', 0, 0.5))).toThrow(
      'whole numbers from -128 to 127',
    );
    expect(refused([{ ...x, datatype: 'BYTES' }], range('x', 0, 1))).toThrow('BYTES, which has no range');
    expect(refused([{ ...x, shape: [8, 4] }], {})).toThrow('a request has 8 rows, it cannot have 3');
  });

  it('of a model with a fixed batch are of that batch', () => {
    expect(modelInputs([{ ...x, shape: [8, 4] }], { ...options, rows: 8 })[0]!.shape).toEqual([8, 4]);
  });

  it('leave an input without rows as it is beside one with rows', () => {
    const threshold: TensorSpec = { name: 'threshold', datatype: 'FP32', shape: [] };
    expect(modelInputs([x, threshold], options).map(({ shape }) => shape)).toEqual([[3, 4], []]);
  });
});
