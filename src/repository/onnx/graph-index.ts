import type { OnnxAttribute, OnnxGraph, OnnxNode } from './model.ts';

/** Who makes and who takes each value of a graph; values taken inside subgraphs count as taken. */
export interface GraphIndex {
  readonly producers: ReadonlyMap<string, OnnxNode>;
  readonly consumers: ReadonlyMap<string, readonly OnnxNode[]>;
}

export function indexGraph(graph: OnnxGraph): GraphIndex {
  const producers = new Map<string, OnnxNode>();
  const consumers = new Map<string, OnnxNode[]>();
  for (const node of graph.node) {
    for (const output of node.output) if (output !== '') producers.set(output, node);
    for (const value of valuesTakenBy(node)) {
      const takers = consumers.get(value);
      if (takers === undefined) consumers.set(value, [node]);
      else takers.push(node);
    }
  }
  return { producers, consumers };
}

/** A node's inputs and whatever its subgraphs reach for outside themselves (or might: names are not resolved). */
function valuesTakenBy(node: OnnxNode): Set<string> {
  const taken = new Set(node.input);
  for (const graph of subgraphsOf(node)) {
    for (const inner of graph.node) for (const value of valuesTakenBy(inner)) taken.add(value);
    for (const output of graph.output) taken.add(output.name ?? '');
  }
  taken.delete('');
  return taken;
}

export function subgraphsOf(node: OnnxNode): OnnxGraph[] {
  return node.attribute.flatMap((attribute) =>
    attribute.g === undefined ? attribute.graphs : [attribute.g, ...attribute.graphs],
  );
}

export function attributeOf(node: OnnxNode, name: string): OnnxAttribute | undefined {
  return node.attribute.find((attribute) => attribute.name === name);
}

/** `''` for the standard's own operators, which some exporters call `ai.onnx`. */
export function domainOf(node: OnnxNode): string {
  return node.domain === 'ai.onnx' ? '' : (node.domain ?? '');
}

/** Operators that pass their first input's elements on, in another shape or type at most. */
const passing = new Set(['Identity', 'Cast', 'Reshape', 'Squeeze', 'Unsqueeze', 'Flatten']);

/** The node that made a value, looked for through nodes that only pass it on; undefined for inputs and constants. */
export function originOf(index: GraphIndex, value: string): OnnxNode | undefined {
  const seen = new Set<OnnxNode>();
  let node = index.producers.get(value);
  while (node !== undefined && domainOf(node) === '' && passing.has(node.opType ?? '')) {
    if (seen.has(node)) return undefined;
    seen.add(node);
    node = index.producers.get(node.input[0] ?? '');
  }
  return node;
}
