import { describe, expect, it } from 'vitest';
import { deploymentSchema } from '../../../src/config/deployment.ts';
import { decideReading } from '../../../src/inference/outputs/decide-reading.ts';
import type { OutputReading } from '../../../src/inference/outputs/reading.ts';
import type { Datatype } from '../../../src/protocol/datatype.ts';
import type { TensorSpec } from '../../../src/protocol/signature.ts';
import type { Tensor } from '../../../src/protocol/tensor.ts';

const output = (name: string, datatype: Datatype, ...shape: number[]): TensorSpec => ({
  ...{ name, datatype, shape },
});
const label = output('label', 'INT64', -1);
const scores = output('scores', 'FP32', -1, 3);
const single = output('value', 'FP32', -1, 1);

interface Facts {
  readonly producers?: Readonly<Record<string, string>>;
  readonly classLabels?: Readonly<Record<string, readonly string[]>>;
  readonly probed?: readonly Tensor[];
}

function read(outputs: readonly TensorSpec[], config: object = {}, facts: Facts = {}): OutputReading {
  return decideReading(
    {
      outputs,
      producers: new Map(Object.entries(facts.producers ?? {})),
      classLabels: new Map(Object.entries(facts.classLabels ?? {})),
      probed: facts.probed ?? null,
    },
    deploymentSchema.parse(config),
  );
}

const probed = (...values: number[]): Tensor => ({
  ...{ name: 'value', datatype: 'FP32', shape: [values.length, 1] },
  data: Float32Array.from(values),
});

describe('outputs that nobody explained', () => {
  it('are a classification where labels lie beside scores', () => {
    expect(read([label, scores])).toEqual({
      ...{ kind: 'classification', label: 'label', scores: 'scores', scoreKind: 'rows', classNames: null },
      labelsAreIndices: false,
    });
    expect(read([output('names', 'BYTES', -1), scores])).toMatchObject({ label: 'names' });
    expect(read([scores, output('label', 'INT32', -1, 1)])).toMatchObject({
      label: 'label',
      scores: 'scores',
    });
  });

  it('have labels that are indices where every label that was tried points at its largest score', () => {
    const labelled = (...values: bigint[]): Tensor => ({
      ...{ name: 'label', datatype: 'INT64', shape: [values.length], data: BigInt64Array.from(values) },
    });
    const scored: Tensor = {
      ...{ name: 'scores', datatype: 'FP32', shape: [2, 3] },
      data: Float32Array.of(0.7, 0.2, 0.1, 0.1, 0.1, 0.8),
    };
    const indices = read([label, scores], {}, { probed: [labelled(0n, 2n), scored] });
    expect(indices).toMatchObject({ labelsAreIndices: true });
    const counted = read([label, scores], {}, { probed: [labelled(1n, 3n), scored] });
    expect(counted).toMatchObject({ labelsAreIndices: false });
  });

  it('are a classification where there are scores or labels alone', () => {
    expect(read([scores])).toMatchObject({ kind: 'classification', label: null, scores: 'scores' });
    expect(read([label])).toMatchObject({ kind: 'classification', label: 'label', scores: null });
    expect(read([output('is_fraud', 'BOOL', -1)])).toMatchObject({ label: 'is_fraud' });
  });

  it('hold probabilities where a Softmax made them, else each row decides', () => {
    expect(read([scores], {}, { producers: { scores: 'Softmax' } })).toMatchObject({
      scoreKind: 'probabilities',
    });
    expect(read([scores], {}, { producers: { scores: 'Gemm' } })).toMatchObject({ scoreKind: 'rows' });
  });

  it('have the class names that the file gives', () => {
    expect(read([label, scores], {}, { classLabels: { scores: ['a', 'b', 'c'] } })).toMatchObject({
      classNames: ['a', 'b', 'c'],
    });
  });

  it('are a binary score where one number per row comes from a Sigmoid, or stayed in [0, 1] when tried', () => {
    const binary = { kind: 'classification', label: null, scores: 'value', scoreKind: 'binary' };
    expect(read([single], {}, { producers: { value: 'Sigmoid' } })).toMatchObject(binary);
    expect(read([single], {}, { probed: [probed(0, 0.3, 1)] })).toMatchObject(binary);
  });

  it('are a regression where one number per row may be any number', () => {
    const regression = { kind: 'regression', value: 'value' };
    expect(read([single], {}, { probed: [probed(0.3, 1.5)] })).toEqual(regression);
    expect(read([single], {}, { probed: [probed(-0.1, 0.5)] })).toEqual(regression);
    // However small they happened to be when tried.
    for (const value of ['Gemm', 'LinearRegressor', 'TreeEnsembleRegressor']) {
      expect(read([single], {}, { producers: { value }, probed: [probed(0.2)] })).toEqual(regression);
    }
    expect(read([output('value', 'FP64', -1)])).toEqual(regression);
  });

  it('are opaque where they are neither, with the reason', () => {
    expect(read([output('mask', 'FP32', -1, 3, 224, 224)])).toEqual({
      kind: 'opaque',
      why: expect.stringMatching(/no output is a label \[N\].*"outputs" in deployment\.yaml/),
    });
  });
});

describe('outputs that deployment.yaml explains', () => {
  it('are what it names', () => {
    const other = output('other', 'FP32', -1, 5);
    expect(read([other, label, scores], { outputs: { scores: 'scores' } })).toMatchObject({
      ...{ label: 'label', scores: 'scores' },
    });
    expect(
      read([single, output('price', 'FP32', -1)], { task: 'regression', outputs: { value: 'price' } }),
    ).toEqual({ kind: 'regression', value: 'price' });
  });

  it('are of the task it names', () => {
    expect(read([single], { task: 'classification' })).toMatchObject({ scoreKind: 'binary' });
    expect(read([single], { task: 'regression' }, { producers: { value: 'Sigmoid' } })).toMatchObject({
      kind: 'regression',
    });
    expect(read([output('count', 'INT64', -1)], { task: 'regression' })).toMatchObject({ value: 'count' });
    expect(read([scores], { task: 'regression' })).toMatchObject({ kind: 'opaque' });
  });

  it('are of the kind of score it names', () => {
    expect(read([scores], { outputs: { score_kind: 'logits' } })).toMatchObject({ scoreKind: 'logits' });
    expect(read([single], { outputs: { score_kind: 'binary' } })).toMatchObject({ scoreKind: 'binary' });
  });

  it('are refused where they are not there', () => {
    expect(() => read([label, scores], { outputs: { label: 'lable' } })).toThrow(
      'the deployment names output "lable"; the model has "label", "scores"',
    );
  });
});
