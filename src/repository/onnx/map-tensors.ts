import type { OnnxAttribute, OnnxGraph, OnnxNode, OnnxSparseTensor, OnnxTensor } from './model.ts';
import type { ReadModel } from './read-model.ts';

type TensorMapping = (tensor: OnnxTensor) => OnnxTensor;

/** The model with every stored tensor replaced: initializers and attributes, also in subgraphs and functions. */
export function mapTensors(model: ReadModel, map: TensorMapping): ReadModel {
  return {
    ...model,
    graph: mapGraph(model.graph, map),
    functions: model.functions.map((one) => ({ ...one, node: one.node.map((node) => mapNode(node, map)) })),
  };
}

function mapGraph(graph: OnnxGraph, map: TensorMapping): OnnxGraph {
  return {
    ...graph,
    initializer: graph.initializer.map(map),
    sparseInitializer: graph.sparseInitializer.map((sparse) => mapSparse(sparse, map)),
    node: graph.node.map((node) => mapNode(node, map)),
  };
}

function mapNode(node: OnnxNode, map: TensorMapping): OnnxNode {
  return { ...node, attribute: node.attribute.map((attribute) => mapAttribute(attribute, map)) };
}

function mapAttribute(attribute: OnnxAttribute, map: TensorMapping): OnnxAttribute {
  const { t, g, sparseTensor } = attribute;
  return {
    ...attribute,
    ...(t === undefined ? {} : { t: map(t) }),
    ...(g === undefined ? {} : { g: mapGraph(g, map) }),
    ...(sparseTensor === undefined ? {} : { sparseTensor: mapSparse(sparseTensor, map) }),
    tensors: attribute.tensors.map(map),
    graphs: attribute.graphs.map((graph) => mapGraph(graph, map)),
    sparseTensors: attribute.sparseTensors.map((sparse) => mapSparse(sparse, map)),
  };
}

function mapSparse(sparse: OnnxSparseTensor, map: TensorMapping): OnnxSparseTensor {
  const { values, indices } = sparse;
  return {
    ...sparse,
    ...(values === undefined ? {} : { values: map(values) }),
    ...(indices === undefined ? {} : { indices: map(indices) }),
  };
}

export function listTensors(model: ReadModel): readonly OnnxTensor[] {
  const tensors: OnnxTensor[] = [];
  mapTensors(model, (tensor) => {
    tensors.push(tensor);
    return tensor;
  });
  return tensors;
}
