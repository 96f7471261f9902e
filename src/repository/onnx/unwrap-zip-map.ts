import { UnderstudyError } from '../../errors.ts';
import { classLabelsOf } from './class-labels.ts';
import { elementTypeOf } from './element-type.ts';
import { domainOf, type GraphIndex } from './graph-index.ts';
import type { OnnxGraph, OnnxNode, OnnxType } from './model.ts';
import type { ReadModel } from './read-model.ts';

export interface UnwrappedModel {
  readonly model: ReadModel;
  /** By output: the class names in the order of the columns. */
  readonly classLabels: ReadonlyMap<string, readonly string[]>;
}

/** Of the standard's opsets one that every runtime has, for models that import none. */
const anyOpset = 13n;

/**
 * scikit-learn's exporter ends a classifier with ZipMap: a list of dictionaries, which no tensor protocol can
 * carry. Its input is the plain `[N, C]` matrix of probabilities, so that is what takes the output's name here.
 * Null where the model has no ZipMap.
 */
export function unwrapZipMap(model: ReadModel, index: GraphIndex): UnwrappedModel | null {
  const { graph } = model;
  const zipMaps = graph.node.filter(isZipMap);
  if (zipMaps.length === 0) return null;
  const outputs = new Set(graph.output.map((output) => output.name ?? ''));
  const classLabels = new Map<string, readonly string[]>();
  const replaced = new Map<OnnxNode, OnnxNode>();
  const types = new Map<string, OnnxType>();
  for (const zipMap of zipMaps) {
    const [scores = ''] = zipMap.input;
    const [output = ''] = zipMap.output;
    refuseUnlessLast(output, outputs, index);
    const labels = classLabelsOf(zipMap);
    if (labels === null) throw refusal(`The ZipMap that makes output '${output}' names no classes.`);
    classLabels.set(output, labels);
    replaced.set(zipMap, { opType: 'Identity', input: [scores], output: [output], attribute: [] });
    types.set(output, scoresType(graph, scores, labels.length));
  }
  const importsStandard = model.opsetImport.some(({ domain = '' }) => domain === '' || domain === 'ai.onnx');
  return {
    model: {
      ...model,
      opsetImport: importsStandard
        ? model.opsetImport
        : [...model.opsetImport, { domain: '', version: anyOpset }],
      graph: {
        ...graph,
        node: graph.node.map((node) => replaced.get(node) ?? node),
        output: graph.output.map((output) => {
          const type = types.get(output.name ?? '');
          return type === undefined ? output : { ...output, type };
        }),
        valueInfo: graph.valueInfo.filter((value) => !types.has(value.name ?? '')),
      },
    },
    classLabels,
  };
}

function isZipMap(node: OnnxNode): boolean {
  return node.opType === 'ZipMap' && domainOf(node) === 'ai.onnx.ml';
}

function refuseUnlessLast(output: string, outputs: ReadonlySet<string>, index: GraphIndex): void {
  const taker = index.consumers.get(output)?.[0];
  if (taker !== undefined)
    throw refusal(
      `The ZipMap output '${output}' is taken by a ${taker.opType ?? ''} node; a ZipMap can be served only as the model's output.`,
    );
  if (!outputs.has(output)) throw refusal(`The ZipMap output '${output}' is not an output of the model.`);
}

/** Float `[N, C]`, with the first dimension the file gives the matrix where it gives one. */
function scoresType(graph: OnnxGraph, scores: string, classes: number): OnnxType {
  const declared = [...graph.valueInfo, ...graph.input, ...graph.output].find(({ name }) => name === scores);
  const rows = declared?.type?.tensorType?.shape?.dim[0] ?? {};
  return {
    tensorType: {
      elemType: elementTypeOf('FP32'),
      shape: { dim: [rows, { dimValue: BigInt(classes) }] },
    },
  };
}

function refusal(sentence: string): UnderstudyError {
  return new UnderstudyError(
    'MODEL_NOT_READY',
    `${sentence} Export without it: options={'zipmap': False} in skl2onnx.`,
  );
}
