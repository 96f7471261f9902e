import { describe, expect, it } from 'vitest';
import { type Datatype, datatypes } from '../../../src/protocol/datatype.ts';
import type { Tensor } from '../../../src/protocol/tensor.ts';
import {
  binaryScore,
  fixedBatch,
  identity,
  linearRegression,
  logits,
  mlp,
  nanOnNegative,
  sequenceMajor,
  slow,
  stringLabels,
  throwing,
} from '../../support/onnx-models.ts';
import { inputX, runModel } from './run-model.ts';

const numbersOf = (tensor: Tensor | undefined) => Array.from(tensor?.data ?? [], Number);

describe('the models the tests are made of, run by the real runtime', () => {
  it('mlp gives a label and probabilities for each row, the same for the same seed', async () => {
    const outputs = await runModel(mlp({ inputs: 6, outputs: 5, seed: 3 }), [inputX(7, 6)]);
    const [label, probabilities] = [outputs.get('label')!, outputs.get('probabilities')!];
    expect([label.datatype, label.shape]).toEqual(['INT64', [7]]);
    expect([probabilities.datatype, probabilities.shape]).toEqual(['FP32', [7, 5]]);
    const rows = Array.from({ length: 7 }, (_, i) => numbersOf(probabilities).slice(5 * i, 5 * i + 5));
    for (const [i, row] of rows.entries()) {
      expect(row.reduce((sum, share) => sum + share)).toBeCloseTo(1, 5);
      expect(Number(label.data[i])).toBe(row.indexOf(Math.max(...row)));
    }
    expect(mlp({ seed: 3 })).toEqual(mlp({ seed: 3 }));
    expect(mlp({ seed: 3 })).not.toEqual(mlp({ seed: 4 }));
  });

  it('throwing loads and fails at every run', async () => {
    await expect(runModel(throwing(), [inputX(1, 4)])).rejects.toThrow('out of data bounds');
    await expect(runModel(throwing(), [inputX(9, 4)])).rejects.toThrow('out of data bounds');
  });

  it('slow gives what mlp gives, in about the time that was asked for', async () => {
    const started = performance.now();
    const outputs = await runModel(slow({ milliseconds: 200 }), [inputX(3, 4)]);
    expect(performance.now() - started).toBeGreaterThan(50);
    expect(outputs).toEqual(await runModel(mlp(), [inputX(3, 4)]));
  });

  it('nanOnNegative gives NaN in exactly the rows whose first column is negative', async () => {
    const data = Float32Array.of(1, 0, -1, 0, 0.5, 0);
    const x: Tensor = { name: 'x', datatype: 'FP32', shape: [3, 2], data };
    const outputs = await runModel(nanOnNegative({ inputs: 2, outputs: 2 }), [x]);
    const nan = numbersOf(outputs.get('probabilities')).map(Number.isNaN);
    expect(nan).toEqual([false, false, true, true, false, false]);
  });

  it('sequenceMajor has rows that depend on each other', async () => {
    const alone = await runModel(sequenceMajor(), [inputX(1, 4)]);
    const together = await runModel(sequenceMajor(), [inputX(2, 4)]);
    const [first = 0] = numbersOf(together.get('probabilities'));
    expect(Math.abs((numbersOf(alone.get('probabilities'))[0] ?? 0) - first)).toBeGreaterThan(0.01);
  });

  it('fixedBatch takes its number of rows and no other', async () => {
    const outputs = await runModel(fixedBatch({ rows: 4 }), [inputX(4, 4)]);
    expect(outputs.get('label')?.shape).toEqual([4]);
    await expect(runModel(fixedBatch({ rows: 4 }), [inputX(3, 4)])).rejects.toThrow('invalid dimensions');
  });

  it('stringLabels names the likeliest class', async () => {
    const outputs = await runModel(stringLabels(), [inputX(4, 4)]);
    const probabilities = numbersOf(outputs.get('probabilities'));
    const expected = Array.from({ length: 4 }, (_, i) => {
      const row = probabilities.slice(3 * i, 3 * i + 3);
      return ['cat', 'dog', 'owl'][row.indexOf(Math.max(...row))];
    });
    expect(outputs.get('label')?.data).toEqual(expected);
  });

  it('logits are no probabilities, and a binary score lies between 0 and 1', async () => {
    const given = (await runModel(logits(), [inputX(4, 4)])).get('logits')!;
    expect(given.shape).toEqual([4, 3]);
    expect(numbersOf(given).some((logit) => logit < 0 || logit > 1)).toBe(true);
    const score = (await runModel(binaryScore(), [inputX(4, 4)])).get('score')!;
    expect(score.shape).toEqual([4, 1]);
    expect(numbersOf(score).every((share) => share > 0 && share < 1)).toBe(true);
  });

  it('linearRegression computes x · weights + bias', async () => {
    const x: Tensor = { name: 'x', datatype: 'FP32', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) };
    const outputs = await runModel(linearRegression({ weights: [10, 1], bias: 0.25 }), [x]);
    expect(outputs.get('variable')).toMatchObject({ shape: [2, 1], data: Float32Array.of(12.25, 34.25) });
  });

  it.each(Object.keys(datatypes) as Datatype[])('identity gives %s back as it came', async (datatype) => {
    const { array, bytes } = datatypes[datatype];
    const data = array === null ? ['a', 'ö'] : new array(new Uint8Array(2 * bytes).fill(1).buffer);
    const x: Tensor = { name: 'x', datatype, shape: [2, 1], data };
    const outputs = await runModel(identity(datatype, [-1, 1]), [x]);
    expect(outputs.get('y')).toEqual({ ...x, name: 'y' });
  });
});
