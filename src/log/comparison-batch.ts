/** What every row of a batch shares. */
export interface ComparisonOrigin {
  readonly model: string;
  readonly primaryVersion: string;
  readonly shadowVersion: string;
  /** `control` is the primary's own version run under shadow conditions: the noise floor. */
  readonly role: 'shadow' | 'control';
  readonly primarySha256: string;
  readonly shadowSha256: string;
  readonly sampleSalt: string;
  readonly task: 'classification' | 'regression' | 'embedding' | 'ranking';
}

export type ObservationStatus = 'ok' | 'error' | 'timeout' | 'nan';

/** One version's side of the rows, one array entry per row. Times in microseconds. */
export interface ObservationColumns {
  readonly status: ObservationStatus[];
  readonly errorCode: (string | null)[];
  readonly label: (string | null)[];
  readonly value: (number | null)[];
  readonly confidence: (number | null)[];
  /** The largest few, as JSON `[[class, probability], …]`. */
  readonly probabilities: (string | null)[];
  /** Of rankings only: the first items, best first, as JSON `[item, …]`. */
  readonly items?: (string | null)[];
  readonly queueMicroseconds: number[];
  readonly computeMicroseconds: number[];
  readonly cpuMicroseconds: number[];
}

/** Compared rows, column by column: cheap to clone to the log's thread, and what its appender wants. */
export interface ComparisonBatch {
  readonly origin: ComparisonOrigin;
  readonly eventId: string[];
  readonly requestId: string[];
  /** Index of the row within its request. */
  readonly row: number[];
  readonly entityHash: (string | null)[];
  /** The event's time, milliseconds since the epoch, UTC. */
  readonly timestampMs: number[];
  /** Inclusion probability. */
  readonly pi: number[];
  readonly primary: ObservationColumns;
  readonly shadow: ObservationColumns;
  /** Null where one side has no outcome. */
  readonly agree: (boolean | null)[];
  readonly absDiff: (number | null)[];
  readonly cosine: (number | null)[];
  /** Of rankings only. */
  readonly overlap?: (number | null)[];
  /** By column name; a row without the column has null. */
  readonly segments: Readonly<Record<string, (string | null)[]>>;
  /** SHA-256 (16 hex digits) of the row's inputs; with `capture` only. */
  readonly inputHash: (string | null)[];
  /** JSON of the row's inputs; with `capture` only. */
  readonly features: (string | null)[];
}
