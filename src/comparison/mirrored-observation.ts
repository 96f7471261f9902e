import type { ObservationStatus } from '../log/comparison-batch.ts';
import { type CarriedOutcome, OutcomeCarrier, OutcomeReader } from './carried-outcome.ts';
import { splitFloats, withFloats } from './float-tail.ts';
import type { ClassProbability, Observation } from './observation.ts';
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

/** Arrays by position: this is made for every request and read for every sampled one, and names cost as much as values. */
type Compact = [
  id: string,
  entity: string | null,
  timestampMs: number,
  segments: Readonly<Record<string, string>>,
  derived: DerivedSegments,
  queueMicroseconds: number,
  computeMicroseconds: number,
  cpuMicroseconds: number,
  rows: CompactRow[],
];
type CompactRow = [
  status: ObservationStatus,
  errorCode: string | null,
  label: string | null,
  value: number | null,
  confidence: number | null,
  probabilities: readonly ClassProbability[] | null,
  /** Left out where there is none. */
  carried?: CarriedOutcome,
];

const probabilityBytes = 8;

export function encodeObservation(observation: MirroredObservation): Uint8Array {
  const { id, entity, timestampMs, segments, derived, rows } = observation;
  const carrier = new OutcomeCarrier();
  const compact: Compact = [
    id,
    entity,
    timestampMs,
    segments,
    derived,
    tenths(observation.queueMicroseconds),
    tenths(observation.computeMicroseconds),
    tenths(observation.cpuMicroseconds),
    rows.map((row) => {
      const { status, errorCode, label, value, confidence, probabilities } = row;
      const own: CompactRow = [status, errorCode, label, value, confidence, probabilities];
      const carried = carrier.take(row);
      if (carried !== null) own.push(carried);
      return own;
    }),
  ];
  return withFloats(JSON.stringify(compact), carrier.vectors);
}

/** What a mirrored request carries: the inclusion probability it was sampled with, then the observation. */
export function attach(inclusionProbability: number, observation: Uint8Array): Uint8Array {
  const bytes = Buffer.allocUnsafe(probabilityBytes + observation.length);
  bytes.writeDoubleBE(inclusionProbability);
  bytes.set(observation, probabilityBytes);
  return bytes;
}

export function readAttachment(bytes: Uint8Array): { pi: number; observation: MirroredObservation } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const { json, floats } = splitFloats(buffer, probabilityBytes);
  const reader = new OutcomeReader(floats);
  const [
    id,
    entity,
    timestampMs,
    segments,
    derived,
    queueMicroseconds,
    computeMicroseconds,
    cpuMicroseconds,
    rows,
  ] = JSON.parse(json) as Compact;
  return {
    pi: buffer.readDoubleBE(),
    observation: {
      id,
      entity,
      timestampMs,
      segments,
      derived,
      queueMicroseconds,
      computeMicroseconds,
      cpuMicroseconds,
      rows: rows.map(([status, errorCode, label, value, confidence, probabilities, carried]) => ({
        status,
        errorCode,
        label,
        value,
        confidence,
        probabilities,
        ...reader.next(carried),
      })),
    },
  };
}

/** A tenth of a microsecond is finer than the clock is good for; more digits would only be longer. */
function tenths(microseconds: number): number {
  return Math.round(microseconds * 10) / 10;
}
