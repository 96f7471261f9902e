import { describe, expect, it } from 'vitest';
import { elementCount, type Tensor } from '../../../src/protocol/tensor.ts';
import { runModel } from '../../repository/onnx/run-model.ts';
import { madeUpInputs } from '../inputs/made-up-inputs.ts';
import { fileOf, smallModels } from './small-models.ts';

const rows = 4;
const numbersOf = (tensor: Tensor): number[] => Array.from(tensor.data, Number);

function rowOf({ name, datatype, shape, data }: Tensor, row: number): Tensor {
  const size = elementCount(shape.slice(1));
  return { name, datatype, shape: [1, ...shape.slice(1)], data: data.slice(row * size, (row + 1) * size) };
}

describe.each(smallModels)('a small $name', (model) => {
  const file = fileOf(model.build);

  it('gives finite numbers of the right shapes, and other ones for other rows', async () => {
    const outputs = await runModel(file, await madeUpInputs(model.inputs, { ...model, rows }));
    const shapes = Object.fromEntries([...outputs].map(([name, { shape }]) => [name, shape]));
    expect(shapes).toEqual(model.outputs(rows));
    for (const output of outputs.values())
      expect(numbersOf(output).filter(Number.isFinite)).toEqual(numbersOf(output));
    const floats = [...outputs.values()].find(({ datatype }) => datatype === 'FP32')!;
    const distinct = new Set(Array.from({ length: rows }, (_, row) => numbersOf(rowOf(floats, row)).join()));
    expect(distinct.size).toBe(rows);
  });

  it('gives a row what it would get alone', async () => {
    const inputs = await madeUpInputs(model.inputs, { ...model, rows });
    const together = await runModel(file, inputs);
    for (let row = 0; row < rows; row++) {
      const alone = await runModel(
        file,
        inputs.map((input) => rowOf(input, row)),
      );
      for (const [name, output] of alone) {
        const expected = numbersOf(rowOf(together.get(name)!, row));
        numbersOf(output).forEach((value, i) => {
          expect(value).toBeCloseTo(expected[i]!, 4);
        });
      }
    }
  });

  it('has the same bytes for the same seed, and others for another', () => {
    expect(Buffer.compare(fileOf(model.build), file)).toBe(0);
    expect(Buffer.compare(fileOf(model.build, 2), file)).not.toBe(0);
  });
});
