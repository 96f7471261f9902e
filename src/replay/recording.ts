import type { BodyForm } from '../inference/messages/request-batch.ts';
import type { RequestContext } from '../inference/messages/request-context.ts';
import type { Label } from '../log/label.ts';
import type { ModelSignature } from '../protocol/signature.ts';

/** Requests as they were recorded somewhere, read piece by piece: it may be of any size. */
export interface Recording {
  /** How sentences name it. */
  readonly name: string;
  /** What its requests are counted by. */
  readonly unit: 'Line' | 'Row' | 'Request';
  readonly bytes: number;
  /**
   * The requests in a form that the model takes; what cannot be brought into it is refused by itself.
   *
   * @throws with a sentence where the recording as a whole cannot be read
   */
  read(signature: ModelSignature): AsyncIterable<RecordedPortion>;
  /** Ground truth that came beside the requests; null where there is none but what they bring themselves. */
  readonly labels: (() => AsyncIterable<readonly Label[]>) | null;
}

export interface RecordedPortion {
  readonly entries: readonly RecordedEntry[];
  /** How much of the recording has been read with it, in [0, 1]. */
  readonly progress: number;
}

export type RecordedEntry = RecordedRequest | RefusedEntry;

export interface RecordedRequest {
  /** Counted from 1. */
  readonly number: number;
  readonly form: BodyForm;
  readonly body: Uint8Array;
  readonly context: RequestContext;
  readonly labels: readonly Label[];
}

export interface RefusedEntry {
  readonly number: number;
  readonly refusal: string;
}

/** `Line 17 of requests.jsonl: the line has …` */
export function refusalOf({ unit, name }: Recording, number: number, reason: string): string {
  return `${unit} ${number} of ${name}: ${reason.replace(/^The body/, `the ${unit.toLowerCase()}`)}`;
}

/** A request without an id gets the place where it was found, so that labels and comparisons can name it. */
export function placeAsId(name: string, number: number): string {
  return `${name.slice(-200)}:${number}`;
}
