export interface BertSize {
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly feedForward: number;
  readonly vocabulary: number;
  /** Longest sequence. */
  readonly positions: number;
  readonly classes: number;
}

const common = { vocabulary: 30_522, positions: 512, classes: 2 };
/** BERT-base (Devlin et al. 2019). */
export const bertBase: BertSize = { layers: 12, hidden: 768, heads: 12, feedForward: 3072, ...common };
/** BERT-Mini (Turc et al. 2019): the same for a machine of two cores. */
export const bertMini: BertSize = { layers: 4, hidden: 256, heads: 4, feedForward: 1024, ...common };

/** Deviation of all weights at the start, in Devlin et al. and since. */
export const bertDeviation = 0.02;
