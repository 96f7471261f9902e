import type { ComparisonBatch, ObservationColumns } from '../../src/log/comparison-batch.ts';
import type { Label } from '../../src/log/label.ts';
import type { ResourceRow } from '../../src/log/resource-row.ts';
import type { TrafficCount } from '../../src/log/traffic-count.ts';

/** 2026-11-23T04:00:00Z */
export const fourOClock = Date.UTC(2026, 10, 23, 4);
export const hourMs = 3_600_000;

function observations(rows: number, label: string): ObservationColumns {
  return {
    status: Array.from({ length: rows }, () => 'ok' as const),
    errorCode: Array.from({ length: rows }, () => null),
    label: Array.from({ length: rows }, () => label),
    value: Array.from({ length: rows }, () => null),
    confidence: Array.from({ length: rows }, () => 0.875),
    probabilities: Array.from({ length: rows }, () => '[["1",0.875],["0",0.125]]'),
    queueMicroseconds: Array.from({ length: rows }, () => 12),
    computeMicroseconds: Array.from({ length: rows }, () => 345.5),
    cpuMicroseconds: Array.from({ length: rows }, () => 300),
  };
}

export interface BatchOptions {
  readonly model?: string;
  readonly rows?: number;
  readonly prefix?: string;
  readonly timestampMs?: number;
  readonly segments?: ComparisonBatch['segments'];
}

/** A batch of one-row requests `<prefix>0`, `<prefix>1`, …; every tenth disagrees. */
export function batchOf(options: BatchOptions = {}): ComparisonBatch {
  const { model = 'fraud', rows = 1, prefix = 'r', timestampMs = fourOClock, segments = {} } = options;
  const each = <T>(value: (row: number) => T) => Array.from({ length: rows }, (_, row) => value(row));
  return {
    origin: {
      model,
      primaryVersion: '7',
      shadowVersion: '8',
      role: 'shadow',
      primarySha256: 'a'.repeat(64),
      shadowSha256: 'b'.repeat(64),
      sampleSalt: 'salt',
      task: 'classification',
    },
    eventId: each((row) => `event-${prefix}${row}`),
    requestId: each((row) => `${prefix}${row}`),
    row: each(() => 0),
    entityHash: each(() => null),
    timestampMs: each((row) => timestampMs + row),
    pi: each(() => 0.25),
    primary: observations(rows, '1'),
    shadow: observations(rows, '0'),
    agree: each((row) => row % 10 !== 9),
    absDiff: each(() => 0.5),
    cosine: each(() => null),
    segments,
    inputHash: each(() => null),
    features: each(() => null),
  };
}

export function labelOf(requestId: string, label: string, more: Partial<Label> = {}): Label {
  return { requestId, row: 0, label, value: null, timestampMs: null, source: 'http', ...more };
}

export function trafficOf(more: Partial<TrafficCount> = {}): TrafficCount {
  return {
    model: 'fraud',
    primaryVersion: '7',
    shadowVersion: '8',
    role: 'shadow',
    hourMs: fourOClock,
    segments: {},
    requests: 1,
    rows: 1,
    sampledRows: 0,
    primaryErrorRows: 0,
    droppedRows: {},
    ...more,
  };
}

/** A second of the shadow 8. */
export function resourceRowOf(more: Partial<ResourceRow> = {}): ResourceRow {
  return {
    ...{ timestampMs: fourOClock, model: 'fraud', version: '8', role: 'shadow', component: null },
    ...{ intervalMs: 1000, rows: 20, executions: 5, cpuMicroseconds: 1500.5 },
    ...{ queueMicroseconds: 30, computeMicroseconds: 900, gpuMicroseconds: 250, gpuMillijoules: 12.5 },
    ...{ totalRows: 40, totalCpuMicroseconds: 3000 },
    ...{ memoryBytes: 90, loadBytes: 60, heapBytes: 20, arenaBytes: 10, residentBytes: null },
    ...{ gpuIndex: 0, gpuUtilization: 0.25, gpuMemoryBytes: 5_000_000_000, gpuPowerWatts: 61.5 },
    ...{ costPer1000: 0.002, currency: 'EUR' },
    ...more,
  };
}
