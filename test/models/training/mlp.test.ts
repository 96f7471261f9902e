import { describe, expect, it } from 'vitest';
import { classify } from '../../../models/training/classify.ts';
import { exportMlp, matrixInput, seenByNetwork } from '../../../models/training/export-mlp.ts';
import { matrixOf } from '../../../models/training/matrix.ts';
import { trainMlp } from '../../../models/training/mlp.ts';
import { Random } from '../../../models/training/random.ts';
import {
  fitStandardisation,
  foldStandardisation,
  standardise,
} from '../../../models/training/standardisation.ts';
import { float32 } from '../../../src/repository/onnx/build-model.ts';
import { inputX, runModel } from '../../repository/onnx/run-model.ts';

/** A ring around (1000, −3): no line can tell inside from outside. The third column is noise that is not looked at. */
const columns = [
  { name: 'a', used: true, logarithmic: false },
  { name: 'noise', used: false, logarithmic: false },
  { name: 'b', used: true, logarithmic: false },
];
const options = { hidden: [12], epochs: 20, batchSize: 32, learningRate: 0.01, weightDecay: 0, seed: 1 };

function ring(seed: number, count: number) {
  const random = new Random(seed);
  const rows = Array.from({ length: count }, () => [
    1000 + 50 * random.normal(),
    1e6 * random.normal(),
    -3 + 0.1 * random.normal(),
  ]);
  const isOutside = ([a = 0, , b = 0]: number[]) => ((a - 1000) / 50) ** 2 + ((b + 3) / 0.1) ** 2 > 1.4;
  return { rows, labels: Uint8Array.from(rows, (row) => (isOutside(row) ? 1 : 0)) };
}

function trainOnRing(hidden: readonly number[]): Uint8Array {
  const { rows, labels } = ring(1, 2_000);
  const features = matrixOf(rows.map((row) => seenByNetwork(columns, row)));
  const standardisation = fitStandardisation(features);
  const network = trainMlp(standardise(features, standardisation), labels, { ...options, hidden });
  return exportMlp('ring', matrixInput(columns), foldStandardisation(network, standardisation), 'a ring');
}

async function accuracyOf(bytes: Uint8Array): Promise<number> {
  const { rows, labels } = ring(2, 2_000);
  const given = await classify(bytes, [float32('x', [rows.length, 3], rows.flat())]);
  return given.filter((label, i) => label === labels[i]).length / rows.length;
}

describe('a trained network', () => {
  it('has learned what a straight line cannot tell, and takes raw columns', async () => {
    expect(await accuracyOf(trainOnRing([12]))).toBeGreaterThan(0.95);
    expect(await accuracyOf(trainOnRing([]))).toBeLessThan(0.75);
  });

  it('is the same to the byte when it is trained again', () => {
    expect(Buffer.compare(trainOnRing([6, 4]), trainOnRing([6, 4]))).toBe(0);
  });
});

describe('an exported network', () => {
  it('computes the logarithm of columns that ask for it, also below zero', async () => {
    const logarithmic = [{ name: 'a', used: true, logarithmic: true }];
    const identity = {
      inputs: 1,
      outputs: 2,
      weights: Float64Array.of(0, 1),
      biases: Float64Array.of(0, 0),
    };
    const bytes = exportMlp('log', matrixInput(logarithmic), [identity], 'one column');
    const x = float32('x', [3, 1], [0, Math.E - 1, -5]);
    const probabilities = (await runModel(bytes, [x])).get('probabilities')!;
    const odds = [0, 1, 2].map(
      (row) => Number(probabilities.data[2 * row + 1]) / Number(probabilities.data[2 * row]),
    );
    [1, Math.E, 1].forEach((expected, i) => {
      expect(odds[i]).toBeCloseTo(expected, 4);
    });
  });

  it('gives each row the same whatever else is in the batch', async () => {
    const bytes = trainOnRing([4]);
    const alone = (await runModel(bytes, [inputX(1, 3)])).get('probabilities')!;
    const together = (await runModel(bytes, [inputX(5, 3)])).get('probabilities')!;
    expect(Number(together.data[0])).toBeCloseTo(Number(alone.data[0]), 5);
  });
});
