import type { Observation } from './observation.ts';
import type { DerivedSegments } from './segments.ts';

/** What the primary did with a request, on its way to the shadows. Times in microseconds. */
export interface MirroredObservation {
  readonly id: string;
  readonly entity: string | null;
  readonly timestampMs: number;
  readonly segments: Readonly<Record<string, string>>;
  readonly derived: DerivedSegments;
  readonly rows: readonly Observation[];
  readonly queueMicroseconds: number;
  readonly computeMicroseconds: number;
  readonly cpuMicroseconds: number;
}

const probabilityBytes = 8;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function encodeObservation(observation: MirroredObservation): Uint8Array {
  return encoder.encode(JSON.stringify(observation));
}

/** What a mirrored request carries: the inclusion probability it was sampled with, then the observation. */
export function attach(inclusionProbability: number, observation: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(probabilityBytes + observation.length);
  new DataView(bytes.buffer).setFloat64(0, inclusionProbability);
  bytes.set(observation, probabilityBytes);
  return bytes;
}

export function readAttachment(bytes: Uint8Array): { pi: number; observation: MirroredObservation } {
  return {
    pi: new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0),
    observation: JSON.parse(decoder.decode(bytes.subarray(probabilityBytes))) as MirroredObservation,
  };
}
