import type { Tensor } from '../../src/protocol/tensor.ts';
import { float32, int64, node, strings, value } from '../../src/repository/onnx/build-model.ts';
import type { InputGraph } from './export-mlp.ts';

/** One input of its own per column, `[N, 1]`, the way scikit-learn's pipelines over data frames are exported. */
export type NamedColumn =
  | { readonly kind: 'number'; readonly name: string }
  /** As many columns as categories, 1 in the one that fits; all 0 for a category that is not in the list. */
  | { readonly kind: 'one_hot'; readonly name: string; readonly categories: readonly string[] }
  /** One column: a number for each category. */
  | {
      readonly kind: 'encoded';
      readonly name: string;
      readonly values: Readonly<Record<string, number>>;
      readonly otherwise: number;
    }
  /** Sent by the callers and not looked at. */
  | { readonly kind: 'ignored'; readonly name: string; readonly datatype: 'FP32' | 'BYTES' };

/** What the callers send: texts as they are, numbers as numbers. */
export type NamedRow = Readonly<Record<string, string>>;

export function namedInput(columns: readonly NamedColumn[]): InputGraph {
  const parts = columns.map(columnGraph);
  const outputs = parts.flatMap(({ output }) => output ?? []);
  return {
    inputs: columns.map((column) => value(column.name, datatypeOf(column), ['N', 1])),
    nodes: [...parts.flatMap(({ nodes }) => nodes), node('Concat', outputs, ['columns'], { axis: 1n })],
    constants: parts.flatMap(({ constants }) => constants),
    featureNames: null,
  };
}

function datatypeOf(column: NamedColumn): 'FP32' | 'BYTES' {
  if (column.kind === 'ignored') return column.datatype;
  return column.kind === 'number' ? 'FP32' : 'BYTES';
}

/** The nodes from one input to its columns; no output where nothing comes of it. */
interface ColumnGraph extends Pick<InputGraph, 'nodes' | 'constants'> {
  readonly output: string | null;
}

function columnGraph(column: NamedColumn): ColumnGraph {
  const { name } = column;
  const output = `${name}_columns`;
  switch (column.kind) {
    case 'ignored':
      return { nodes: [], constants: [], output: null };
    case 'number':
      return { nodes: [], constants: [], output: name };
    case 'encoded': {
      const attributes = {
        keys_strings: Object.keys(column.values),
        values_floats: Object.values(column.values),
        default_float: column.otherwise,
      };
      return {
        nodes: [node('LabelEncoder', [name], [output], attributes, 'ai.onnx.ml')],
        constants: [],
        output,
      };
    }
    case 'one_hot': {
      // The encoder gives [N, 1, C].
      const attributes = { cats_strings: column.categories, zeros: 1n };
      return {
        nodes: [
          node('OneHotEncoder', [name], [`${name}_encoded`], attributes, 'ai.onnx.ml'),
          node('Reshape', [`${name}_encoded`, `${name}_shape`], [output]),
        ],
        constants: [int64(`${name}_shape`, [2], [-1, column.categories.length])],
        output,
      };
    }
  }
}

/** What `namedInput` computes, for training. */
export function namedRowVector(columns: readonly NamedColumn[], row: NamedRow): number[] {
  return columns.flatMap((column) => columnVector(column, row[column.name] ?? ''));
}

function columnVector(column: NamedColumn, text: string): number[] {
  switch (column.kind) {
    case 'ignored':
      return [];
    case 'number':
      return [Math.fround(Number(text))];
    case 'encoded':
      return [column.values[text] ?? column.otherwise];
    case 'one_hot':
      return column.categories.map((category) => (category === text ? 1 : 0));
  }
}

/** The tensors that `namedInput` takes for these rows. */
export function namedTensors(columns: readonly NamedColumn[], rows: readonly NamedRow[]): Tensor[] {
  return columns.map((column) => {
    const texts = rows.map((row) => row[column.name] ?? '');
    const shape = [rows.length, 1];
    return datatypeOf(column) === 'FP32'
      ? float32(column.name, shape, texts.map(Number))
      : strings(column.name, shape, texts);
  });
}
