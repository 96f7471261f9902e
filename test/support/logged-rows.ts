import type { ComparisonBatch, ObservationColumns } from '../../src/log/comparison-batch.ts';
import type { Label } from '../../src/log/label.ts';
import type { TrafficCount } from '../../src/log/traffic-count.ts';
import type { SimulatedRow, SimulatedSide, SimulatedTraffic } from './simulated-log.ts';

/** Simulated rows as a shadow's worker would send them to a real log: of model `fraud`, 7 against 8. */
export function batchOfRows(rows: readonly SimulatedRow[], prefix = 'event'): ComparisonBatch {
  const columns = [...new Set(rows.flatMap(({ segments }) => Object.keys(segments)))];
  const isControl = rows[0]?.role === 'control';
  const ok = ({ status = 'ok' }: SimulatedSide) => status === 'ok';
  return {
    origin: {
      ...{ model: 'fraud', primaryVersion: '7', shadowVersion: isControl ? '7' : '8' },
      role: isControl ? 'control' : 'shadow',
      ...{ primarySha256: 'a', shadowSha256: 'b', sampleSalt: 'fraud', task: 'classification' },
    },
    eventId: rows.map((_, i) => `${prefix}-${isControl ? 'c' : 's'}-${i}`),
    requestId: rows.map(({ requestId }) => requestId),
    row: rows.map(({ row }) => row ?? 0),
    entityHash: rows.map(({ entity }) => entity ?? null),
    timestampMs: rows.map(({ timestampMs }) => timestampMs),
    pi: rows.map(({ pi }) => pi ?? 1),
    primary: observationsOf(rows.map(({ primary }) => primary)),
    shadow: observationsOf(rows.map(({ shadow }) => shadow)),
    agree: rows.map(({ primary, shadow }) =>
      ok(primary) && ok(shadow) ? primary.label === shadow.label : null,
    ),
    absDiff: rows.map(() => null),
    cosine: rows.map(() => null),
    segments: Object.fromEntries(
      columns.map((column) => [column, rows.map(({ segments }) => segments[column] ?? null)]),
    ),
    inputHash: rows.map(() => null),
    features: rows.map(() => null),
  };
}

function observationsOf(sides: readonly SimulatedSide[]): ObservationColumns {
  return {
    status: sides.map(({ status }) => status ?? 'ok'),
    errorCode: sides.map(({ status }) => (status === 'error' ? 'EXECUTION_FAILED' : null)),
    label: sides.map(({ label }) => label ?? null),
    value: sides.map(({ value }) => value ?? null),
    confidence: sides.map(({ confidence }) => confidence ?? null),
    probabilities: sides.map(() => null),
    queueMicroseconds: sides.map(({ queueMicroseconds }) => queueMicroseconds ?? 0),
    computeMicroseconds: sides.map(({ computeMicroseconds }) => computeMicroseconds ?? 0),
    cpuMicroseconds: sides.map(({ cpuMicroseconds }) => cpuMicroseconds ?? 0),
  };
}

export function labelsOfRows(rows: readonly SimulatedRow[]): Label[] {
  return rows.flatMap(({ requestId, row, truth, timestampMs }) =>
    truth === null
      ? []
      : [{ requestId, row: row ?? 0, label: String(truth), value: null, timestampMs, source: 'http' }],
  );
}

export function trafficCountsOf(traffic: readonly SimulatedTraffic[]): TrafficCount[] {
  return traffic.map(({ timestampMs, segments, rows, sampled }) => ({
    ...{ model: 'fraud', primaryVersion: '7', shadowVersion: '8', role: 'shadow' },
    hourMs: Math.floor(timestampMs / 3_600_000) * 3_600_000,
    segments: Object.fromEntries(
      Object.entries(segments).filter((entry): entry is [string, string] => entry[1] !== null),
    ),
    ...{ requests: rows, rows, sampledRows: sampled ?? rows, primaryErrorRows: 0, droppedRows: {} },
  }));
}
