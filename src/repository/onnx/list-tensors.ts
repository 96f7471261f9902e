import type { OnnxAttribute, OnnxGraph, OnnxNode, OnnxSparseTensor, OnnxTensor } from './model.ts';
import type { ReadModel } from './read-model.ts';

/** Every stored tensor: initializers and attributes, also in subgraphs and functions. */
export function listTensors({ graph, functions }: ReadModel): readonly OnnxTensor[] {
  return [...ofGraph(graph), ...functions.flatMap(({ node }) => node.flatMap(ofNode))];
}

function ofGraph({ initializer, sparseInitializer, node }: OnnxGraph): OnnxTensor[] {
  return [...initializer, ...sparseInitializer.flatMap(ofSparse), ...node.flatMap(ofNode)];
}

function ofNode({ attribute }: OnnxNode): OnnxTensor[] {
  return attribute.flatMap(ofAttribute);
}

function ofAttribute({ t, g, sparseTensor, tensors, graphs, sparseTensors }: OnnxAttribute): OnnxTensor[] {
  return [
    ...(t === undefined ? [] : [t]),
    ...tensors,
    ...(g === undefined ? graphs : [g, ...graphs]).flatMap(ofGraph),
    ...(sparseTensor === undefined ? sparseTensors : [sparseTensor, ...sparseTensors]).flatMap(ofSparse),
  ];
}

function ofSparse({ values, indices }: OnnxSparseTensor): OnnxTensor[] {
  return [values, indices].filter((tensor) => tensor !== undefined);
}
