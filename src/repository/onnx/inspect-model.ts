import { classLabelsOfScores } from './class-labels.ts';
import { type ExternalFile, externalFilesOf } from './external-data.ts';
import { type GraphIndex, indexGraph, originOf } from './graph-index.ts';
import type { OnnxModel } from './model.ts';
import { encodeModel, parseModel, type ReadModel } from './read-model.ts';
import { refuseUnservable } from './refuse-unservable.ts';
import { unwrapZipMap } from './unwrap-zip-map.ts';

export interface InspectedModel {
  /** The model to load where it had to be changed; null when the file can be loaded as it is. */
  readonly bytes: Uint8Array | null;
  /** Class names by score output, in the order of its columns; only where the file names them. */
  readonly classLabels: ReadonlyMap<string, readonly string[]>;
  /** Names of the columns of a single `[N, F]` input, from the metadata key `feature_names`. */
  readonly featureNames: readonly string[] | null;
  /** By output: the operator that makes it, e.g. Softmax or Sigmoid, looked for through nodes that only pass it on. */
  readonly producers: ReadonlyMap<string, string>;
  /** What it keeps tensors in beside its own file. */
  readonly externalFiles: readonly ExternalFile[];
  /** Version by domain; `''` is the standard's own. */
  readonly opsets: ReadonlyMap<string, number>;
}

/**
 * What must be known of a model before the runtime is given it. Throws UnderstudyError MODEL_NOT_READY, with a sentence
 * that says what and where, for what the runtime could not serve: some of it would end the whole process.
 * `directory` is the one the file lies in.
 */
export function inspectModel(bytes: Uint8Array, directory: string): InspectedModel {
  const read = parseModel(bytes);
  const unwrapped = unwrapZipMap(read, indexGraph(read.graph));
  const model = unwrapped?.model ?? read;
  const index = indexGraph(model.graph);
  refuseUnservable(model.graph, index);
  const externalFiles = externalFilesOf(model, directory);
  return {
    bytes: unwrapped === null ? null : encodeModel(model),
    classLabels: new Map([...classLabelsByOutput(model, index), ...(unwrapped?.classLabels ?? [])]),
    featureNames: featureNamesOf(model),
    producers: producersByOutput(model, index),
    externalFiles,
    opsets: new Map(model.opsetImport.map(({ domain = '', version = 0n }) => [domain, Number(version)])),
  };
}

function classLabelsByOutput(model: ReadModel, index: GraphIndex): Map<string, readonly string[]> {
  const labels = new Map<string, readonly string[]>();
  for (const { name = '' } of model.graph.output) {
    const classes = classLabelsOfScores(index, name);
    if (classes !== null) labels.set(name, classes);
  }
  return labels;
}

function producersByOutput(model: ReadModel, index: GraphIndex): Map<string, string> {
  const producers = new Map<string, string>();
  for (const { name = '' } of model.graph.output) {
    const opType = originOf(index, name)?.opType;
    if (opType !== undefined) producers.set(name, opType);
  }
  return producers;
}

/** A JSON array of texts, or names with commas between them. */
function featureNamesOf(model: OnnxModel): readonly string[] | null {
  const text = model.metadataProps.find(({ key }) => key === 'feature_names')?.value?.trim() ?? '';
  if (text === '') return null;
  const names = text.startsWith('[') ? jsonNames(text) : text.split(',').map((name) => name.trim());
  return names?.every((name) => name !== '') ? names : null;
}

function jsonNames(text: string): readonly string[] | null {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) && parsed.every((name) => typeof name === 'string') ? parsed : null;
  } catch {
    // Free text of some exporter, not ours to complain about: the model has no feature names then.
    return null;
  }
}
