import { describe, expect, it } from 'vitest';
import { BatchBuilder, type ComparedRow } from '../../src/comparison/batch-builder.ts';
import type { Observation } from '../../src/comparison/observation.ts';
import type { ComparisonOrigin } from '../../src/log/comparison-batch.ts';

const origin: ComparisonOrigin = {
  ...{ model: 'fraud', primaryVersion: '7', shadowVersion: '8', role: 'shadow', sampleSalt: 'fraud' },
  ...{ primarySha256: 'a', shadowSha256: 'b', task: 'classification' },
};
const said = (label: string): Observation => ({
  ...{ status: 'ok', errorCode: null, label, value: null, confidence: 0.5, probabilities: [[0, 0.5]] },
});
const timings = (rows: number | readonly unknown[], microseconds: number): ComparedRow['primaryTimings'] => ({
  ...{ rows, queueMicroseconds: microseconds, computeMicroseconds: 2 * microseconds },
  cpuMicroseconds: 3 * microseconds,
});
const row = (part: Partial<ComparedRow> = {}): ComparedRow => ({
  ...{ eventId: 'e', requestId: 'r', row: 0, entityHash: null, timestampMs: 5, pi: 0.25, segments: {} },
  ...{ primary: said('1'), primaryTimings: timings(1, 10), shadow: said('0'), shadowTimings: timings(1, 20) },
  ...{ agreement: { agree: false, absDiff: 0, cosine: null }, captured: null },
  ...part,
});

describe('compared rows', () => {
  it('are gathered column by column', () => {
    const builder = new BatchBuilder(origin);
    expect(builder.isEmpty).toBe(true);
    builder.add(row({ eventId: 'e1' }));
    builder.add(row({ eventId: 'e2', captured: { hash: 'h', features: '{"x":1}' } }));
    expect(builder.isEmpty).toBe(false);
    expect(builder.columns).toMatchObject({
      ...{ origin, eventId: ['e1', 'e2'], pi: [0.25, 0.25], agree: [false, false] },
      ...{ inputHash: [null, 'h'], features: [null, '{"x":1}'] },
      primary: { label: ['1', '1'], queueMicroseconds: [10, 10], computeMicroseconds: [20, 20] },
      shadow: { label: ['0', '0'], queueMicroseconds: [20, 20], probabilities: ['[[0,0.5]]', '[[0,0.5]]'] },
    });
  });

  it('have every segment that one of them names, null where they do not name it', () => {
    const builder = new BatchBuilder(origin);
    builder.add(row({ segments: { country: 'DE' } }));
    builder.add(row({ segments: { channel: 'web', country: null } }));
    builder.add(row({ segments: {} }));
    builder.add(row({ segments: { channel: 'app', country: 'FR' } }));
    expect(builder.columns.segments).toEqual({
      country: ['DE', null, null, 'FR'],
      channel: [null, 'web', null, 'app'],
    });
  });

  it('share out the CPU time of their request', () => {
    const builder = new BatchBuilder(origin);
    builder.add(row({ primaryTimings: timings(4, 10), shadowTimings: timings(['a', 'b'], 10) }));
    builder.add(row({ primaryTimings: timings(0, 10) }));
    expect(builder.columns.primary.cpuMicroseconds).toEqual([7.5, 0]);
    expect(builder.columns.shadow.cpuMicroseconds[0]).toBe(15);
  });

  it('survive the way to the thread of the log', () => {
    const builder = new BatchBuilder(origin);
    builder.add(row({ segments: { country: 'DE' } }));
    expect(structuredClone(builder.columns)).toEqual(builder.columns);
  });
});
