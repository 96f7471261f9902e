import type { Datatype } from './datatype.ts';

/** One input or output of a model as its ONNX file declares it. */
export interface TensorSpec {
  readonly name: string;
  readonly datatype: Datatype;
  /** −1 where the dimension is dynamic; empty for a scalar (or where the file does not say). */
  readonly shape: readonly number[];
}

/** What a loaded version takes and gives. */
export interface ModelSignature {
  readonly model: string;
  readonly version: string;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  /** Names of the columns of a single `[N, F]` input, from the config or the file's metadata; null when unknown. */
  readonly featureNames: readonly string[] | null;
}
