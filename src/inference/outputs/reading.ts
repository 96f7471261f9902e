import type { TensorSpec } from '../../protocol/signature.ts';
import type { Tensor } from '../../protocol/tensor.ts';

/** How the outputs of one version are read as predictions. */
export type OutputReading =
  | {
      readonly kind: 'classification';
      readonly label: string | null;
      readonly scores: string | null;
      /** `rows` decides row by row: a row that sums to 1 holds probabilities, else logits. */
      readonly scoreKind: 'probabilities' | 'logits' | 'binary' | 'rows';
      readonly classNames: readonly string[] | null;
      /** Whether an integer label was seen to be the index of its score; classes may be numbered otherwise. */
      readonly labelsAreIndices: boolean;
    }
  | { readonly kind: 'regression'; readonly value: string }
  | { readonly kind: 'embedding'; readonly embedding: string }
  | {
      readonly kind: 'ranking';
      readonly output: string;
      /** Ids of items, best first; or a score for each item, whose index (or name) is its id. */
      readonly holds: 'items' | 'scores';
      /** So many of the first items count. */
      readonly k: number;
      /** Names of the items behind scores, where the file gives them. */
      readonly itemNames: readonly string[] | null;
    }
  /** The outputs fit no task: served all the same, compared by errors and latency only. */
  | { readonly kind: 'opaque'; readonly why: string };

export interface OutputFacts {
  readonly outputs: readonly TensorSpec[];
  /** Operator that produces an output, such as `Softmax`. */
  readonly producers: ReadonlyMap<string, string>;
  /** Class names of an output that was a ZipMap. */
  readonly classLabels: ReadonlyMap<string, readonly string[]>;
  /** Outputs for made-up inputs; null when there are none. */
  readonly probed: readonly Tensor[] | null;
}
