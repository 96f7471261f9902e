import type { ComparisonBatch, ObservationColumns } from '../src/log/comparison-batch.ts';

const countries = ['DE', 'FR', 'US', 'BR', 'IN'];
const channels = ['app', 'web', 'shop', 'phone', 'api'];
const devices = ['ios', 'android', 'desktop', 'tablet', 'other'];
const ageBands = ['<30', '30–45', '45–65', '>65', 'unknown'];

/** The segments that the benches of the log use: four columns of five values each. */
export const benchSegments = {
  country: countries,
  channel: channels,
  device: devices,
  age_band: ageBands,
} as const;

/** Compared rows as a shadow's worker posts them: one-row requests with ids, segments, an entity, labels and probabilities. */
export function comparisonBatch(
  model: string,
  first: number,
  rows: number,
  timestampMs: number,
): ComparisonBatch {
  const each = <T>(value: (index: number) => T): T[] =>
    Array.from({ length: rows }, (_, row) => value(first + row));
  return {
    origin: {
      model,
      primaryVersion: '7',
      shadowVersion: '8',
      role: 'shadow',
      primarySha256: 'a'.repeat(64),
      shadowSha256: 'b'.repeat(64),
      sampleSalt: model,
      task: 'classification',
    },
    eventId: each((index) => `3f2a9c1e-shadow-8-4711.5-${index}`),
    requestId: each((index) => `7c9e6679-7425-40de-944b-${String(index).padStart(12, '0')}`),
    row: each(() => 0),
    entityHash: each((index) => (index % 50_000).toString(16).padStart(16, '9')),
    timestampMs: each(() => timestampMs),
    pi: each(() => 1),
    primary: observations(each, 0),
    shadow: observations(each, 7),
    agree: each((index) => labelOf(index) === labelOf(index + 7)),
    absDiff: each((index) => Math.abs(confidenceOf(index) - confidenceOf(index + 7))),
    cosine: each(() => null),
    segments: Object.fromEntries(
      Object.entries(benchSegments).map(([name, values], column) => [
        name,
        each((index) => values[Math.floor(index / 5 ** column) % values.length]!),
      ]),
    ),
    inputHash: each(() => null),
    features: each(() => null),
  };
}

function labelOf(index: number): string {
  return String(Math.floor(index / 16) % 3);
}

function confidenceOf(index: number): number {
  return 0.5 + ((index * 7919) % 5000) / 10_000;
}

function observations(each: <T>(value: (index: number) => T) => T[], shift: number): ObservationColumns {
  const rest = (index: number): number => (1 - confidenceOf(index + shift)) / 2;
  return {
    status: each(() => 'ok' as const),
    errorCode: each(() => null),
    label: each((index) => labelOf(index + shift)),
    value: each(() => null),
    confidence: each((index) => confidenceOf(index + shift)),
    probabilities: each((index) =>
      JSON.stringify([
        [0, confidenceOf(index + shift)],
        [1, rest(index)],
        [2, rest(index)],
      ]),
    ),
    queueMicroseconds: each((index) => 20 + (index % 97)),
    computeMicroseconds: each((index) => 100 + ((index * 31) % 211) / 3),
    cpuMicroseconds: each((index) => 90 + (index % 11)),
  };
}
