/** What one version did with a row, as far as the page shows it. */
export interface ComparedSide {
  /** `ok`, `error`, `nan` or `timeout`. */
  readonly status: string;
  readonly errorCode: string | null;
  readonly label: string | null;
  readonly value: number | null;
  readonly confidence: number | null;
  /** Of a ranking: its first items, best first. */
  readonly items: readonly string[] | null;
}

/** A compared row of `GET /v2/models/{model}/comparisons`. */
export interface Comparison {
  readonly eventId: string;
  readonly requestId: string;
  readonly row: number;
  readonly at: string;
  readonly primary: ComparedSide;
  readonly shadow: ComparedSide;
  /** Distance of confidences or values; of an embedding the cosine, of a ranking the overlap; null where the task has none. */
  readonly distance: number | null;
  readonly cosine: number | null;
  readonly overlap: number | null;
  readonly segments: readonly { readonly column: string; readonly value: string }[];
  /** JSON as it was captured; null where it was not. */
  readonly features: string | null;
}

/** A row as the route gives it, column by column: docs/comparison-log.md. */
export function comparisonOf(row: Readonly<Record<string, unknown>>): Comparison {
  const segments = Object.entries(row).flatMap(([name, value]) =>
    name.startsWith('seg_') && typeof value === 'string' ? [{ column: name.slice(4), value }] : [],
  );
  return {
    eventId: String(row.event_id),
    requestId: String(row.request_id),
    row: Number(row.row),
    at: String(row.ts),
    primary: sideOf(row, 'p'),
    shadow: sideOf(row, 's'),
    distance: numberIn(row.abs_diff),
    cosine: numberIn(row.cosine),
    overlap: numberIn(row.overlap),
    segments,
    features: textIn(row.features),
  };
}

function sideOf(row: Readonly<Record<string, unknown>>, prefix: 'p' | 's'): ComparedSide {
  const items = textIn(row[`${prefix}_items`]);
  return {
    status: String(row[`${prefix}_status`]),
    errorCode: textIn(row[`${prefix}_error_code`]),
    label: textIn(row[`${prefix}_label`]),
    value: numberIn(row[`${prefix}_value`]),
    confidence: numberIn(row[`${prefix}_confidence`]),
    items: items === null ? null : (JSON.parse(items) as unknown[]).map(String),
  };
}

function textIn(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function numberIn(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
