import { createHash } from 'node:crypto';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import {
  attach,
  encodeObservation,
  type MirroredObservation,
} from '../../src/comparison/mirrored-observation.ts';
import type { Observation } from '../../src/comparison/observation.ts';
import { createObserver, type ShadowObserverOptions } from '../../src/comparison/shadow-observer.ts';
import type { LoadedModel } from '../../src/inference/model/loaded-model.ts';
import type { Observer, ServedRequest } from '../../src/inference/observer.ts';
import type { ComparisonBatch } from '../../src/log/comparison-batch.ts';
import type { Tensor } from '../../src/protocol/tensor.ts';

const loaded: LoadedModel = {
  signature: { model: 'fraud', version: '8', inputs: [], outputs: [], featureNames: null },
  ...{ sha256: 'sha-of-8', files: [], provider: 'cpu', providerRemarks: [], batching: true, remarks: [] },
  ...{ reading: { kind: 'opaque', why: 'not asked here' }, loadMilliseconds: 1, memoryBytes: 1 },
};

const { port1: log, port2: received } = new MessageChannel();
afterEach(() => {
  expect(receiveMessageOnPort(received)).toBeUndefined();
});

function observer(options: Partial<ShadowObserverOptions> = {}): Observer {
  return createObserver(
    {
      origin: {
        ...{ model: 'fraud', primaryVersion: '7', shadowVersion: '8', role: 'shadow', primarySha256: 'p' },
        ...{ sampleSalt: 'salt', task: 'classification' },
      },
      ...{
        tolerance: { absolute: 0, relative: 0, cosine: 0.99, overlap: 1 },
        capture: 'none',
        instance: 'i',
        log,
      },
      deadlineMicroseconds: 10_000_000,
      ...options,
    },
    loaded,
  );
}

/** What the observer sent to the log; there must be something. */
function batch(): ComparisonBatch {
  const message: { readonly message: ComparisonBatch } | undefined = receiveMessageOnPort(received);
  if (message === undefined) throw new Error('nothing was sent');
  return message.message;
}

const said = (label: string): Observation => ({
  ...{ status: 'ok', errorCode: null, label, value: null, confidence: null, probabilities: null },
});
const x: Tensor = { name: 'x', datatype: 'FP32', shape: [2, 1], data: Float32Array.of(1, 2) };

/** A request of two rows that the primary called 1 and 0. */
function mirrored(outcome: ServedRequest['outcome'], part: Partial<ServedRequest> = {}): ServedRequest {
  const primary: MirroredObservation = {
    ...{ id: 'r1', entity: 'u17', timestampMs: 1000, segments: { country: 'DE' } },
    ...{ derived: { age: ['<30', null] }, rows: [said('1'), said('0')] },
    ...{ queueMicroseconds: 1, computeMicroseconds: 2, cpuMicroseconds: 4 },
  };
  return {
    ...{ id: 'other', entity: null, timestampMs: 9, segments: {}, inputs: [x], rows: 2, outcome },
    ...{ queueMicroseconds: 10, computeMicroseconds: 20, cpuMicroseconds: 40 },
    attachment: attach(0.25, encodeObservation(primary)),
    ...part,
  };
}

const predicted = (...labels: string[]): ServedRequest['outcome'] => ({
  kind: 'ok',
  predictions: () =>
    labels.map((label) => ({ label, value: null, confidence: null, probabilities: null, finite: true })),
});

describe('the observer of a shadow', () => {
  it('compares row by row and sends what it has in one message', () => {
    const watching = observer();
    watching.observe(mirrored(predicted('1', '1')));
    watching.observe(mirrored(predicted('0', '0')));
    watching.endOfBatch?.();
    const sent = batch();
    expect(sent.origin).toMatchObject({ primaryVersion: '7', shadowVersion: '8', shadowSha256: 'sha-of-8' });
    expect(sent).toMatchObject({
      ...{ requestId: ['r1', 'r1', 'r1', 'r1'], row: [0, 1, 0, 1], agree: [true, false, false, true] },
      ...{ pi: [0.25, 0.25, 0.25, 0.25], timestampMs: [1000, 1000, 1000, 1000] },
      segments: { country: ['DE', 'DE', 'DE', 'DE'], age: ['<30', null, '<30', null] },
      primary: { cpuMicroseconds: [2, 2, 2, 2] },
      shadow: { label: ['1', '1', '0', '0'], cpuMicroseconds: [20, 20, 20, 20] },
    });
    expect(new Set(sent.eventId).size).toBe(4);
    // Whom it is about is kept as a hash with the salt.
    const hash = createHash('sha256').update('salt:u17').digest('hex').slice(0, 16);
    expect(sent.entityHash).toEqual([hash, hash, hash, hash]);
  });

  it('sends nothing where nothing was mirrored', () => {
    const watching = observer();
    watching.observe(mirrored(predicted('1', '1'), { attachment: null }));
    watching.endOfBatch?.();
  });

  it('takes the failure of a shadow as what it did with each row', () => {
    const watching = observer({ capture: 'all' });
    // One that could not even read the request has no rows and no inputs.
    const unread = { rows: 0, inputs: [] };
    watching.observe(mirrored({ kind: 'error', code: 'WRONG_SHAPE', sentence: 'no' }, unread));
    watching.endOfBatch?.();
    expect(batch()).toMatchObject({
      ...{ agree: [null, null], features: [null, null], inputHash: [null, null] },
      primary: { label: ['1', '0'] },
      shadow: { status: ['error', 'error'], errorCode: ['WRONG_SHAPE', 'WRONG_SHAPE'] },
    });
  });

  it('takes missing rows for an error', () => {
    const watching = observer();
    watching.observe(mirrored(predicted('1'), { rows: 1 }));
    watching.endOfBatch?.();
    expect(batch()).toMatchObject({ agree: [true, null], shadow: { errorCode: [null, 'ROWS_DIFFER'] } });
  });

  it.each([
    ['none', [null, null]],
    ['disagreements', [null, '{"x":2}']],
    ['all', ['{"x":1}', '{"x":2}']],
  ] as const)('keeps the features of %s', (capture, features) => {
    const watching = observer({ capture });
    watching.observe(mirrored(predicted('1', '1')));
    watching.endOfBatch?.();
    expect(batch().features).toEqual(features);
  });
});
