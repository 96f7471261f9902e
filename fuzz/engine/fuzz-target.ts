/** Makes another input of one, or returns null where it cannot. */
export type Mutation = (input: Buffer, random: () => number) => Buffer | null;

/** What is fed with inputs: a decoder and what it is held to. A module exports it as `target`. */
export interface FuzzTarget {
  /** Inputs to begin with. */
  readonly seeds: readonly (Buffer | string)[];
  /** Texts that mean something to the decoder, beside those in its source. */
  readonly words?: readonly string[];
  /** Beside those for all bytes. */
  readonly mutations?: readonly Mutation[];
  /** Of an input, bytes; 4096 where it does not say. */
  readonly maxLength?: number;
  /** @throws whatever was found: an input that is refused as it should be is none */
  run(input: Buffer): void | Promise<void>;
}

export const defaultMaxLength = 4096;

export function maxLengthOf({ maxLength }: FuzzTarget): number {
  return maxLength ?? defaultMaxLength;
}

/** Why an input is one that somebody must look at. */
export interface Finding {
  /** `threw` is also what a target says of a wrong answer. */
  readonly kind: 'threw' | 'slow' | 'memory' | 'hang' | 'died';
  readonly sentence: string;
}
