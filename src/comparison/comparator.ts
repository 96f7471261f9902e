import type { Observation } from './observation.ts';

/** What comparing two observations of one row gives; null where one side has no outcome. */
export interface Agreement {
  readonly agree: boolean | null;
  readonly absDiff: number | null;
  readonly cosine: number | null;
  /** Of two rankings only. */
  readonly overlap?: number;
}

export type Comparator = (primary: Observation, shadow: Observation) => Agreement;

export const incomparable: Agreement = Object.freeze({ agree: null, absDiff: null, cosine: null });
