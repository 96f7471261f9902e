/** Real ONNX files for tests, small and the same every time. */
export {
  fixedBatch,
  mlp,
  nanOnNegative,
  sequenceMajor,
  slow,
  throwing,
} from './onnx-models/classifiers.ts';
export { embedder, type Matrix, ranker, scoredItems } from './onnx-models/embedders-and-rankers.ts';
export {
  externalData,
  externalDataMissing,
  externalSum,
  externalTable,
  externalZipMap,
} from './onnx-models/external-data.ts';
export {
  binaryScore,
  identity,
  linearRegression,
  logits,
  stringLabels,
} from './onnx-models/other-outputs.ts';
export { bfloat16Input, garbage, int4Output, sequenceOutput } from './onnx-models/unservable.ts';
export { linearZipMap, namedScalars, treeZipMap, zipMapInside } from './onnx-models/zip-maps.ts';
