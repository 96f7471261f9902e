import type { Tensor } from './tensor.ts';

/** How the caller wants the answer. */
export type ReplyForm =
  | {
      readonly kind: 'infer';
      readonly outputs: readonly { readonly name: string; readonly binary: boolean }[];
    }
  | { readonly kind: 'predict' }
  | {
      readonly kind: 'grpc';
      /** Names, in the order of the answer. */
      readonly outputs: readonly string[];
      /** As `raw_output_contents`; as typed contents otherwise, where every datatype has them. */
      readonly raw: boolean;
    };

/** A decoded request: checked against the model's signature, nothing altered on the way. */
export interface InferRequest {
  readonly id: string | null;
  /** Who the request is about; unit of sampling when given. */
  readonly entity: string | null;
  /** The event's time where it is not now, milliseconds since the epoch. */
  readonly timestampMs: number | null;
  /** Segments given in the body; names lower-cased, `[a-z][a-z0-9_]*`. Null when there are none. */
  readonly segments: Readonly<Record<string, string>> | null;
  /** In the order of the signature. */
  readonly inputs: readonly Tensor[];
  readonly reply: ReplyForm;
}
