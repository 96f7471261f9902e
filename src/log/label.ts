/** Ground truth for one row of one request. Labels are append-only; the latest per (request, row) wins. */
export interface Label {
  readonly requestId: string;
  readonly row: number;
  /** The true class as text, in the form of `Prediction.label`; null for regression. */
  readonly label: string | null;
  /** The true number, where the label is one (also kept for classification labels that are numbers). */
  readonly value: number | null;
  /** When the truth was known, milliseconds since the epoch; null for now. */
  readonly timestampMs: number | null;
  /** Where it came from: `http`, `file`. */
  readonly source: string;
}
