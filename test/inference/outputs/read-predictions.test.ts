import { describe, expect, it } from 'vitest';
import type { Prediction } from '../../../src/inference/outputs/prediction.ts';
import { readPredictions } from '../../../src/inference/outputs/read-predictions.ts';
import type { OutputReading } from '../../../src/inference/outputs/reading.ts';
import type { Tensor } from '../../../src/protocol/tensor.ts';

type Classification = Extract<OutputReading, { kind: 'classification' }>;

const scores = (classes: number, ...values: number[]): Tensor => ({
  ...{ name: 'scores', datatype: 'FP64', shape: [values.length / classes, classes] },
  data: Float64Array.from(values),
});
const labels = (...values: readonly bigint[]): Tensor => ({
  ...{ name: 'label', datatype: 'INT64', shape: [values.length], data: BigInt64Array.from(values) },
});
const names = (...values: string[]): Tensor => ({
  ...{ name: 'label', datatype: 'BYTES', shape: [values.length], data: values },
});

function classify(outputs: readonly Tensor[], reading: Partial<Classification> = {}): Prediction[] {
  const has = (name: string): string | null => (outputs.some((output) => output.name === name) ? name : null);
  return readPredictions(outputs, {
    ...{ kind: 'classification', scoreKind: 'rows', classNames: null, labelsAreIndices: true },
    ...{ label: has('label'), scores: has('scores') },
    ...reading,
  });
}

describe('the predictions of a classification', () => {
  it('take label and probabilities from the outputs', () => {
    expect(classify([labels(1n, 0n), scores(2, 0.25, 0.75, 0.5, 0.5)])).toEqual([
      { label: '1', value: null, confidence: 0.75, probabilities: [0.25, 0.75], finite: true },
      { label: '0', value: null, confidence: 0.5, probabilities: [0.5, 0.5], finite: true },
    ]);
  });

  it('take the largest score where there is no label, the first of equals', () => {
    const [a, b] = classify([scores(3, 0.2, 0.5, 0.3, 0.4, 0.4, 0.2)]);
    expect(a).toMatchObject({ label: '1', confidence: 0.5 });
    expect(b).toMatchObject({ label: '0', confidence: 0.4 });
  });

  it('have no confidence where there are labels alone', () => {
    expect(classify([names('cat', '')])).toEqual([
      { label: 'cat', value: null, confidence: null, probabilities: null, finite: true },
      { label: '', value: null, confidence: null, probabilities: null, finite: true },
    ]);
  });

  it('are the confidence in the label that was given, though another class scored higher', () => {
    // A threshold in the graph: class 1 from 0.3 on.
    expect(classify([labels(1n), scores(2, 0.6, 0.4)])[0]).toMatchObject({ label: '1', confidence: 0.4 });
    expect(classify([names('yes'), scores(2, 0.6, 0.4)], { classNames: ['no', 'yes'] })[0]).toMatchObject({
      label: 'yes',
      confidence: 0.4,
    });
  });

  it('are the confidence in the largest score where classes are not numbered from 0 and have no names', () => {
    const [first] = classify([labels(1n), scores(3, 0.7, 0.2, 0.1)], { labelsAreIndices: false });
    expect(first).toMatchObject({ label: '1', confidence: 0.7 });
  });

  it('go by the class names where labels are no indices', () => {
    const reading = { classNames: ['10', '20', '30'] };
    expect(classify([labels(20n), scores(3, 0.1, 0.7, 0.2)], reading)[0]).toMatchObject({
      ...{ label: '20', confidence: 0.7 },
    });
    expect(classify([scores(3, 0.1, 0.7, 0.2)], reading)[0]).toMatchObject({ label: '20' });
    // −1 and 1, as support vector machines have them, without names.
    expect(classify([labels(-1n), scores(2, 0.9, 0.1)])[0]).toMatchObject({ label: '-1', confidence: 0.9 });
  });

  it('make probabilities of logits, row by row, without overflow', () => {
    const [sure, unsure, alreadyOne] = classify([scores(2, 1000, 0, 2, 2, 0.25, 0.75)]);
    expect(sure).toMatchObject({ label: '0', confidence: 1, probabilities: [1, 0] });
    expect(unsure!.probabilities).toEqual([0.5, 0.5]);
    expect(alreadyOne!.probabilities).toEqual([0.25, 0.75]);
    const [told] = classify([scores(2, 0.25, 0.75)], { scoreKind: 'logits' });
    expect(told!.probabilities![1]).toBeCloseTo(Math.exp(0.75) / (Math.exp(0.25) + Math.exp(0.75)), 12);
  });

  it('make two classes of one score', () => {
    const [no, yes] = classify([scores(1, 0.25, 0.75)], { scoreKind: 'binary' });
    expect(no).toMatchObject({ label: '0', confidence: 0.75, probabilities: [0.75, 0.25] });
    expect(yes).toMatchObject({ label: '1', confidence: 0.75, probabilities: [0.25, 0.75] });
  });

  it('are marked where a score is not finite, in its row alone', () => {
    const [bad, good] = classify([labels(0n, 1n), scores(2, Number.NaN, 1, 0.2, 0.8)]);
    expect(bad).toMatchObject({ finite: false, confidence: null, label: '0' });
    expect(good).toMatchObject({ finite: true, confidence: 0.8 });
    expect(classify([scores(2, Number.POSITIVE_INFINITY, 0)])[0]!.finite).toBe(false);
  });

  it('are none where there are no rows', () => {
    expect(classify([labels(), { ...scores(2), shape: [0, 2] }])).toEqual([]);
  });
});

describe('the predictions of a regression', () => {
  const read = (data: Tensor['data'], datatype: Tensor['datatype']): Prediction[] =>
    readPredictions([{ name: 'value', datatype, shape: [data.length, 1], data }], {
      ...{ kind: 'regression', value: 'value' },
    });

  it('are the numbers', () => {
    expect(read(Float32Array.of(1.5, -2), 'FP32').map((prediction) => prediction.value)).toEqual([1.5, -2]);
    expect(read(BigInt64Array.of(7n), 'INT64')).toEqual([
      { label: null, value: 7, confidence: null, probabilities: null, finite: true },
    ]);
  });

  it('are marked where they are not finite', () => {
    expect(read(Float32Array.of(Number.NaN, 1), 'FP32').map((one) => one.finite)).toEqual([false, true]);
  });
});

describe('opaque outputs', () => {
  it('have no predictions', () => {
    expect(readPredictions([scores(2, 1, 2)], { kind: 'opaque', why: 'because' })).toEqual([]);
  });
});
