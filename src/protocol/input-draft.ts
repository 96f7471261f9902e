import type { Datatype } from './datatype.ts';
import type { TensorData } from './tensor.ts';

/** An input as its JSON object describes it, checked against the signature; binary data is still to come. */
export interface InputDraft {
  /** Place in the signature. */
  readonly index: number;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  readonly count: number;
  /** Null where the data is binary. */
  readonly data: TensorData | null;
  /** Bytes of binary data; null where the data is JSON. */
  readonly binarySize: number | null;
}
