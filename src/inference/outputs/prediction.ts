import type { NumericData } from '../../protocol/tensor.ts';

/** What a model's outputs are about; how they are read is in `reading.ts`. */
export type Task = 'classification' | 'regression' | 'embedding' | 'ranking';

/** What one row of outputs says, in the words of the task. */
export interface Prediction {
  /** The predicted class as text (`"1"`, `"cat"`); null for other tasks. Booleans are `"1"` and `"0"`. */
  readonly label: string | null;
  /** The predicted number of a regression; null for other tasks. */
  readonly value: number | null;
  /** Probability of the predicted class, in [0, 1]; null where the model gives none. */
  readonly confidence: number | null;
  /** One per class, in the model's order; null where the model gives none. */
  readonly probabilities: readonly number[] | null;
  /** False when an output that was read holds NaN or an infinity. */
  readonly finite: boolean;
  /** Of an embedding only: the row of the output, as it is. */
  readonly vector?: NumericData;
  /** Of a ranking only: ids of its first k items as text, best first, each once. */
  readonly items?: readonly string[];
}
