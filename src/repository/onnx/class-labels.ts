import { attributeOf, domainOf, type GraphIndex, originOf } from './graph-index.ts';
import type { OnnxNode } from './model.ts';

const text = new TextDecoder();

/** Attributes that name the classes, by how the operators of ai.onnx.ml spell them. */
const stringAttributes = ['classlabels_strings'];
const integerAttributes = ['classlabels_int64s', 'classlabels_ints'];

/** The class names a ZipMap or a classifier of ai.onnx.ml carries, as text; null where it carries none. */
export function classLabelsOf(node: OnnxNode): readonly string[] | null {
  for (const name of stringAttributes) {
    const strings = attributeOf(node, name)?.strings ?? [];
    if (strings.length > 0) return strings.map((bytes) => text.decode(bytes));
  }
  for (const name of integerAttributes) {
    const integers = attributeOf(node, name)?.ints ?? [];
    if (integers.length > 0) return integers.map(String);
  }
  return null;
}

/** The class names of a score output, where the classifier it comes from names them. */
export function classLabelsOfScores(index: GraphIndex, output: string): readonly string[] | null {
  let node = originOf(index, output);
  // A Normalizer keeps the columns in place; scikit-learn's exporter puts one between classifier and output.
  if (node?.opType === 'Normalizer') node = originOf(index, node.input[0] ?? '');
  if (node === undefined || domainOf(node) !== 'ai.onnx.ml') return null;
  // The second output of a classifier holds the scores, the first the label.
  const isScores = node.output[1] !== undefined && reaches(index, output, node.output[1]);
  return isScores ? classLabelsOf(node) : null;
}

function reaches(index: GraphIndex, from: string, target: string): boolean {
  const seen = new Set<string>();
  let value = from;
  while (value !== target) {
    if (seen.has(value)) return false;
    seen.add(value);
    value = index.producers.get(value)?.input[0] ?? '';
  }
  return true;
}
