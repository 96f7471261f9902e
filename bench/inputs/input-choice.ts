import type { InputRange } from './input-range.ts';

/** What requests hold. */
export interface InputChoice {
  /** `zero`, `random` or the path of a JSON file. */
  readonly data: string;
  /** Of every BYTES element; null for random words. */
  readonly text: string | null;
  /** By input, for one row: see `requestShape`. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** By input, of random values; `usualRange` where there is none. */
  readonly ranges: ReadonlyMap<string, InputRange>;
}

/** Random values as any model takes them. */
export const anyInputs: InputChoice = { data: 'random', text: null, shapes: new Map(), ranges: new Map() };
