import type { ServedRequest } from '../inference/observer.ts';
import type { Prediction } from '../inference/outputs/prediction.ts';
import type { ObservationStatus } from '../log/comparison-batch.ts';
import { observedVector } from './observed-vector.ts';

/** Index of a class in the model's order, and its probability. */
export type ClassProbability = readonly [index: number, probability: number];

/** What one version did with one row. */
export interface Observation {
  readonly status: ObservationStatus;
  readonly errorCode: string | null;
  readonly label: string | null;
  /** The predicted number; of an embedding the length of its vector. */
  readonly value: number | null;
  readonly confidence: number | null;
  /** The largest few, as `[class, probability]`. */
  readonly probabilities: readonly ClassProbability[] | null;
  /** Of an embedding only. */
  readonly vector?: Float32Array;
  /** Of a ranking only: its first items, best first. */
  readonly items?: readonly string[];
}

const keptProbabilities = 5;

/** One observation per row of a served request; a candidate's failure is data, not an error. */
export function observe(served: ServedRequest): Observation[] {
  const { outcome, rows } = served;
  if (outcome.kind === 'error') return Array.from({ length: rows }, () => failedObservation(outcome.code));
  const predictions = outcome.predictions();
  return Array.from({ length: rows }, (_, row) => {
    const prediction = predictions[row];
    return prediction ? observed(prediction) : silentObservation;
  });
}

export function failedObservation(errorCode: string): Observation {
  const status = errorCode === 'DEADLINE_EXCEEDED' ? 'timeout' : 'error';
  return { ...silentObservation, status, errorCode };
}

/** Ran, and its outputs are read by no task. */
const silentObservation: Observation = Object.freeze({
  status: 'ok',
  errorCode: null,
  label: null,
  value: null,
  confidence: null,
  probabilities: null,
});

function observed(prediction: Prediction): Observation {
  if (!prediction.finite) return { ...silentObservation, status: 'nan', errorCode: 'NOT_FINITE' };
  const { label, value, confidence, probabilities, vector, items } = prediction;
  if (vector !== undefined) return { ...silentObservation, ...observedVector(vector) };
  if (items !== undefined) return { ...silentObservation, items };
  return {
    status: 'ok',
    errorCode: null,
    label,
    value,
    confidence,
    probabilities: probabilities === null ? null : largest(probabilities),
  };
}

function largest(probabilities: readonly number[]): ClassProbability[] {
  const ranked: ClassProbability[] = probabilities.map((probability, i) => [i, rounded(probability)]);
  if (ranked.length > 2) ranked.sort((a, b) => b[1] - a[1]);
  return ranked.length > keptProbabilities ? ranked.slice(0, keptProbabilities) : ranked;
}

/** Six digits are more than a model knows. */
function rounded(probability: number): number {
  return Math.round(probability * 1e6) / 1e6;
}
