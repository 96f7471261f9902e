import type { ComparisonBatch, ComparisonOrigin, ObservationColumns } from '../log/comparison-batch.ts';
import type { CapturedFeatures } from './captured-features.ts';
import type { Agreement } from './comparator.ts';
import type { Observation } from './observation.ts';

interface Timings {
  readonly queueMicroseconds: number;
  readonly computeMicroseconds: number;
  readonly cpuMicroseconds: number;
}

export interface ComparedRow {
  readonly eventId: string;
  readonly requestId: string;
  readonly row: number;
  readonly entityHash: string | null;
  readonly timestampMs: number;
  readonly pi: number;
  readonly segments: Readonly<Record<string, string | null>>;
  readonly primary: Observation;
  /** Of the whole request; CPU time is shared out over its rows by the builder. */
  readonly primaryTimings: Timings & { readonly rows: number | readonly unknown[] };
  readonly shadow: Observation;
  readonly shadowTimings: Timings & { readonly rows: number | readonly unknown[] };
  readonly agreement: Agreement;
  readonly captured: CapturedFeatures | null;
}

/** Gathers compared rows column by column. */
export class BatchBuilder {
  readonly columns: ComparisonBatch;
  readonly #segments: Record<string, (string | null)[]> = {};

  constructor(origin: ComparisonOrigin) {
    this.columns = {
      origin,
      eventId: [],
      requestId: [],
      row: [],
      entityHash: [],
      timestampMs: [],
      pi: [],
      primary: emptyColumns(origin.task),
      shadow: emptyColumns(origin.task),
      agree: [],
      absDiff: [],
      cosine: [],
      ...(origin.task === 'ranking' ? { overlap: [] } : {}),
      segments: this.#segments,
      inputHash: [],
      features: [],
    };
  }

  get isEmpty(): boolean {
    return this.columns.eventId.length === 0;
  }

  add(row: ComparedRow): void {
    const { columns } = this;
    this.#addSegments(row.segments, columns.eventId.length);
    columns.eventId.push(row.eventId);
    columns.requestId.push(row.requestId);
    columns.row.push(row.row);
    columns.entityHash.push(row.entityHash);
    columns.timestampMs.push(row.timestampMs);
    columns.pi.push(row.pi);
    addObservation(columns.primary, row.primary, row.primaryTimings);
    addObservation(columns.shadow, row.shadow, row.shadowTimings);
    columns.agree.push(row.agreement.agree);
    columns.absDiff.push(row.agreement.absDiff);
    columns.cosine.push(row.agreement.cosine);
    columns.overlap?.push(row.agreement.overlap ?? null);
    columns.inputHash.push(row.captured?.hash ?? null);
    columns.features.push(row.captured?.features ?? null);
  }

  /** Rows may name different segments: what a row does not name is null, before and after. */
  #addSegments(segments: ComparedRow['segments'], index: number): void {
    for (const name of Object.keys(segments)) {
      this.#segments[name] ??= new Array<string | null>(index).fill(null);
    }
    for (const name of Object.keys(this.#segments)) this.#segments[name]!.push(segments[name] ?? null);
  }
}

function addObservation(
  columns: ObservationColumns,
  observation: Observation,
  timings: ComparedRow['primaryTimings'],
): void {
  const rows = typeof timings.rows === 'number' ? timings.rows : timings.rows.length;
  columns.status.push(observation.status);
  columns.errorCode.push(observation.errorCode);
  columns.label.push(observation.label);
  columns.value.push(observation.value);
  columns.confidence.push(observation.confidence);
  columns.probabilities.push(
    observation.probabilities === null ? null : JSON.stringify(observation.probabilities),
  );
  columns.items?.push(observation.items === undefined ? null : JSON.stringify(observation.items));
  columns.queueMicroseconds.push(timings.queueMicroseconds);
  columns.computeMicroseconds.push(timings.computeMicroseconds);
  columns.cpuMicroseconds.push(rows === 0 ? 0 : timings.cpuMicroseconds / rows);
}

function emptyColumns(task: ComparisonOrigin['task']): ObservationColumns {
  return {
    status: [],
    errorCode: [],
    label: [],
    value: [],
    confidence: [],
    probabilities: [],
    ...(task === 'ranking' ? { items: [] } : {}),
    queueMicroseconds: [],
    computeMicroseconds: [],
    cpuMicroseconds: [],
  };
}
