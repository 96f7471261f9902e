import { UnderstudyError } from '../../errors.ts';
import { isExternal, placeOf } from './external-data.ts';
import { listTensors } from './list-tensors.ts';
import type { OnnxAttribute, OnnxGraph, OnnxNode, OnnxSparseTensor, OnnxTensor } from './model.ts';
import { encodeModel, parseModel } from './read-model.ts';

/** What protobuf takes. */
const mostMessageBytes = 2 ** 31 - 1;
/** As the tools of ONNX have it: what is smaller, the shape of a Reshape say, is usually not put elsewhere at all. */
const smallBytes = 1024;

/**
 * The model with tensors in the message itself that lay in other files; only large initializers of the main graph stay where they are.
 * ONNX Runtime takes those alone from memory: of a branch, a loop's body, a function or a constant it maps the file, and who writes
 * over that changes the model that runs, or ends the process. Small ones it wants to read when it infers shapes, before it was given
 * any. The same bytes where there is nothing to do.
 *
 * @param external what lies in the other files, by location
 * @throws UnderstudyError MODEL_NOT_READY where the message would be larger than protobuf takes
 */
export function inlineExternalData(bytes: Uint8Array, external: ReadonlyMap<string, Uint8Array>): Uint8Array {
  if (external.size === 0) return bytes;
  const model = parseModel(bytes);
  const initializers = new Set(model.graph.initializer);
  const data = new Map<OnnxTensor, Uint8Array>();
  for (const tensor of listTensors(model).filter(isExternal)) {
    const elements = dataOf(tensor, external);
    if (elements.byteLength < smallBytes || !initializers.has(tensor)) data.set(tensor, elements);
  }
  if (data.size === 0) return bytes;
  refuseIfTooLarge(bytes, data.values());

  const inTensor = (tensor: OnnxTensor): OnnxTensor => {
    const rawData = data.get(tensor);
    return rawData === undefined ? tensor : { ...tensor, dataLocation: 0, externalData: [], rawData };
  };
  const inSparse = ({ values, indices, ...rest }: OnnxSparseTensor): OnnxSparseTensor => ({
    ...rest,
    ...(values && { values: inTensor(values) }),
    ...(indices && { indices: inTensor(indices) }),
  });
  const inAttribute = ({ t, g, sparseTensor, ...rest }: OnnxAttribute): OnnxAttribute => ({
    ...rest,
    ...(t && { t: inTensor(t) }),
    ...(g && { g: inGraph(g) }),
    ...(sparseTensor && { sparseTensor: inSparse(sparseTensor) }),
    tensors: rest.tensors.map(inTensor),
    graphs: rest.graphs.map(inGraph),
    sparseTensors: rest.sparseTensors.map(inSparse),
  });
  const inNode = (node: OnnxNode): OnnxNode => ({ ...node, attribute: node.attribute.map(inAttribute) });
  const inGraph = (graph: OnnxGraph): OnnxGraph => ({
    ...graph,
    initializer: graph.initializer.map(inTensor),
    sparseInitializer: graph.sparseInitializer.map(inSparse),
    node: graph.node.map(inNode),
  });
  return encodeModel({
    ...model,
    graph: inGraph(model.graph),
    functions: model.functions.map((one) => ({ ...one, node: one.node.map(inNode) })),
  });
}

function dataOf(tensor: OnnxTensor, external: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const { location, offset, length } = placeOf(tensor, (one) => external.get(one)?.byteLength ?? 0);
  return external.get(location)!.subarray(offset, offset + length);
}

function refuseIfTooLarge(bytes: Uint8Array, data: Iterable<Uint8Array>): void {
  let total = bytes.byteLength;
  for (const { byteLength } of data) total += byteLength;
  if (total <= mostMessageBytes) return;
  throw new UnderstudyError(
    'MODEL_NOT_READY',
    `The model has ${total} bytes with the tensors of its branches, loops, functions and constants, which may have ${mostMessageBytes} together; make them initializers of the main graph.`,
  );
}
