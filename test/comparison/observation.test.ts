import { describe, expect, it } from 'vitest';
import {
  attach,
  encodeObservation,
  type MirroredObservation,
  readAttachment,
} from '../../src/comparison/mirrored-observation.ts';
import { observe } from '../../src/comparison/observation.ts';
import type { ServedRequest } from '../../src/inference/observer.ts';
import type { Prediction } from '../../src/inference/outputs/prediction.ts';

const served = (rows: number, outcome: ServedRequest['outcome']): ServedRequest => ({
  ...{ id: 'r', entity: null, timestampMs: 0, segments: {}, inputs: [], rows, outcome, attachment: null },
  ...{ queueMicroseconds: 1, computeMicroseconds: 2, cpuMicroseconds: 3 },
});
const prediction = (part: Partial<Prediction>): Prediction => ({
  ...{ label: null, value: null, confidence: null, probabilities: null, finite: true },
  ...part,
});

describe('what one version did with a request', () => {
  it('is an observation for each row', () => {
    const predictions = [
      prediction({ label: '1', confidence: 0.7, probabilities: [0.3, 0.7] }),
      prediction({ value: 4.5 }),
    ];
    expect(observe(served(2, { kind: 'ok', predictions: () => predictions }))).toEqual([
      {
        ...{ status: 'ok', errorCode: null, label: '1', value: null, confidence: 0.7 },
        probabilities: [
          [0, 0.3],
          [1, 0.7],
        ],
      },
      { status: 'ok', errorCode: null, label: null, value: 4.5, confidence: null, probabilities: null },
    ]);
  });

  it('keeps the five likeliest classes, most likely first, to six digits', () => {
    const probabilities = [0.05, 0.1, 0.4, 0.2, 0.123456789, 0.0765432, 0.05];
    const [row] = observe(
      served(1, { kind: 'ok', predictions: () => [prediction({ label: '2', probabilities })] }),
    );
    expect(row!.probabilities).toEqual([
      ...[
        [2, 0.4],
        [3, 0.2],
        [4, 0.123457],
        [1, 0.1],
        [5, 0.076543],
      ],
    ]);
  });

  it('is an error of its own kind where a number is not finite', () => {
    const predictions = [prediction({ label: '1', finite: false }), prediction({ label: '1' })];
    const [bad, good] = observe(served(2, { kind: 'ok', predictions: () => predictions }));
    expect(bad).toMatchObject({ status: 'nan', errorCode: 'NOT_FINITE', label: null });
    expect(good).toMatchObject({ status: 'ok', label: '1' });
  });

  it('is the error for each row where the model failed', () => {
    const rows = observe(served(2, { kind: 'error', code: 'EXECUTION_FAILED', sentence: 'it failed' }));
    expect(rows).toHaveLength(2);
    for (const row of rows) expect(row).toMatchObject({ status: 'error', errorCode: 'EXECUTION_FAILED' });
  });

  it('says nothing where no task reads the outputs', () => {
    expect(observe(served(2, { kind: 'ok', predictions: () => [] }))).toMatchObject([
      { status: 'ok', label: null },
      { status: 'ok', label: null },
    ]);
  });
});

describe('an observation on its way to a shadow', () => {
  it('arrives as it was, with the probability it was sampled with', () => {
    const observation: MirroredObservation = {
      ...{ id: 'r-東京', entity: 'u17', timestampMs: 1_764_000_000_000, segments: { city: 'Köln' } },
      derived: { age_band: ['<30', null] },
      rows: observe(served(2, { kind: 'error', code: 'INPUT_REJECTED', sentence: 'no' })),
      ...{ queueMicroseconds: 1.5, computeMicroseconds: 2.5, cpuMicroseconds: 3.5 },
    };
    const bytes = attach(0.1, encodeObservation(observation));
    // As a view into something larger, at an odd offset, which is how it comes out of a batch.
    const packed = new Uint8Array(bytes.length + 3);
    packed.set(bytes, 3);
    expect(readAttachment(packed.subarray(3))).toEqual({ pi: 0.1, observation });
  });
});

describe('vectors and rankings on their way to a shadow', () => {
  const carry = (rows: MirroredObservation['rows']): MirroredObservation['rows'] => {
    const bytes = encodeObservation({
      ...{ id: 'r', entity: null, timestampMs: 0, segments: {}, derived: {}, rows },
      ...{ queueMicroseconds: 1, computeMicroseconds: 2, cpuMicroseconds: 3 },
    });
    return readAttachment(attach(1, bytes)).observation.rows;
  };
  const rowsOf = (...predictions: Partial<Prediction>[]) =>
    observe(served(predictions.length, { kind: 'ok', predictions: () => predictions.map(prediction) }));

  it('arrive as they were', () => {
    const rows = rowsOf(
      { vector: Float32Array.of(0.1, -3e38, 1e-45) },
      { items: ['17', 'Köln', ''] },
      { vector: new Float32Array() },
      { label: '1' },
      { vector: Float32Array.of(1), finite: false },
    );
    expect(rows.map(({ status }) => status)).toEqual(['ok', 'ok', 'ok', 'ok', 'nan']);
    expect(carry(rows)).toEqual(rows);
    expect(carry(rows)[1]!.items).toEqual(['17', 'Köln', '']);
    expect(carry(rows)[4]).not.toHaveProperty('vector');
  });

  it('are left out beyond 262,144 numbers of a request, and the row still arrives', () => {
    const vector = new Float32Array(100_000).fill(1);
    const arrived = carry(rowsOf({ vector }, { vector }, { vector }, { vector: Float32Array.of(1) }));
    expect(arrived.map((row) => row.vector?.length)).toEqual([100_000, 100_000, undefined, undefined]);
    expect(arrived[2]).toMatchObject({ status: 'ok', value: Math.sqrt(100_000) });
    const items = Array.from({ length: 100 }, (_, i) => String(i).padStart(256, '0'));
    const ranked = carry(rowsOf(...Array.from({ length: 64 }, () => ({ items }))));
    expect(ranked.filter((row) => row.items !== undefined)).toHaveLength(20);
  });
});
