import { graph, int64, model, node, value } from '../../../src/repository/onnx/build-model.ts';
import type { OnnxNode } from '../../../src/repository/onnx/model.ts';
import { encodeModel } from '../../../src/repository/onnx/read-model.ts';
import type { Draft } from '../../../src/repository/onnx/schema.ts';

/** Class names of `namedScalars`, `linearZipMap` and `treeZipMap`: texts or integers, as scikit-learn has them. */
export type Classes = readonly string[] | readonly bigint[];

/**
 * As scikit-learn's pipelines are exported: inputs `age` and `balance` FP32 `[N, 1]` and `job` BYTES `[N, 1]`; outputs
 * `output_label` and `output_probability`, a ZipMap.
 */
export function namedScalars(options: { readonly classes?: Classes } = {}): Uint8Array {
  const classes = options.classes ?? ['no', 'yes'];
  const jobs = ['admin', 'student', 'retired'];
  return encodeModel(
    model(
      graph('named_scalars', {
        inputs: [
          value('age', 'FP32', ['', 1]),
          value('balance', 'FP32', ['', 1]),
          value('job', 'BYTES', ['', 1]),
        ],
        outputs: zipMapOutputs(classes),
        nodes: [
          node('OneHotEncoder', ['job'], ['encoded'], { cats_strings: jobs, zeros: 1n }, 'ai.onnx.ml'),
          node('Reshape', ['encoded', 'flat'], ['job_columns']),
          node('Concat', ['age', 'balance', 'job_columns'], ['columns'], { axis: 1n }),
          ...linearClassifier('columns', classes, [0.04, 0.001, -0.5, 1.5, 0.5], -1.5),
        ],
        constants: [int64('flat', [2], [-1, jobs.length])],
      }),
    ),
  );
}

/** x `[N, 2]` → LinearClassifier → ZipMap. The second class is the likelier one where x₀ + x₁ > 0. */
export function linearZipMap(classes: Classes): Uint8Array {
  return encodeModel(
    model(
      graph('linear_zip_map', {
        inputs: [value('x', 'FP32', ['N', 2])],
        outputs: zipMapOutputs(classes),
        nodes: linearClassifier('x', classes, [1, 1], 0),
      }),
    ),
  );
}

/** x `[N, 1]` → one tree with the leaves 0.9/0.1 for x ≤ 0.5 and 0.2/0.8 above → ZipMap. Only ai.onnx.ml is imported. */
export function treeZipMap(classes: Classes): Uint8Array {
  const tree = node(
    'TreeEnsembleClassifier',
    ['x'],
    ['output_label', 'scores'],
    {
      nodes_treeids: [0n, 0n, 0n],
      nodes_nodeids: [0n, 1n, 2n],
      nodes_featureids: [0n, 0n, 0n],
      nodes_modes: ['BRANCH_LEQ', 'LEAF', 'LEAF'],
      nodes_values: [0.5, 0, 0],
      nodes_truenodeids: [1n, 0n, 0n],
      nodes_falsenodeids: [2n, 0n, 0n],
      // Of two classes only the second is stored, as scikit-learn's exporter does and the runtime expects.
      class_treeids: [0n, 0n],
      class_nodeids: [1n, 2n],
      class_ids: [0n, 0n],
      class_weights: [0.1, 0.8],
      post_transform: 'NONE',
      ...classLabelAttribute(classes, 'classlabels_int64s'),
    },
    'ai.onnx.ml',
  );
  const built = model(
    graph('tree_zip_map', {
      inputs: [value('x', 'FP32', ['N', 1])],
      outputs: zipMapOutputs(classes),
      nodes: [tree, zipMap(classes)],
    }),
  );
  return encodeModel({ ...built, opsetImport: [{ domain: 'ai.onnx.ml', version: 1n }] });
}

/** A ZipMap whose list goes on into another node, which no server can unwrap. */
export function zipMapInside(): Uint8Array {
  const classes = ['no', 'yes'];
  return encodeModel(
    model(
      graph('zip_map_inside', {
        inputs: [value('x', 'FP32', ['N', 2])],
        outputs: [value('length', 'INT64', [])],
        nodes: [
          ...linearClassifier('x', classes, [1, 1], 0),
          node('SequenceLength', ['output_probability'], ['length']),
        ],
      }),
    ),
  );
}

export function zipMapOutputs(classes: Classes) {
  const integers = typeof classes[0] === 'bigint';
  const scores = value('', 'FP32', []).type;
  const mapType = { keyType: integers ? 7 : 8, ...(scores === undefined ? {} : { valueType: scores }) };
  return [
    value('output_label', integers ? 'INT64' : 'BYTES', ['N']),
    { name: 'output_probability', type: { sequenceType: { elemType: { mapType } } } },
  ];
}

function classLabelAttribute(classes: Classes, integerName: string): Record<string, Classes> {
  return { [typeof classes[0] === 'bigint' ? integerName : 'classlabels_strings']: classes };
}

function zipMap(classes: Classes): Draft<OnnxNode> {
  const labels = classLabelAttribute(classes, 'classlabels_int64s');
  return node('ZipMap', ['scores'], ['output_probability'], labels, 'ai.onnx.ml');
}

export function linearClassifier(
  input: string,
  classes: Classes,
  weights: readonly number[],
  bias: number,
): readonly Draft<OnnxNode>[] {
  return [
    node(
      'LinearClassifier',
      [input],
      ['output_label', 'scores'],
      {
        coefficients: [...weights.map((weight) => -weight), ...weights],
        intercepts: [-bias, bias],
        multi_class: 1n,
        post_transform: 'SOFTMAX',
        ...classLabelAttribute(classes, 'classlabels_ints'),
      },
      'ai.onnx.ml',
    ),
    zipMap(classes),
  ];
}
