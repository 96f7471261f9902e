import type { SegmentSource } from '../config/deployment.ts';
import type { Tensor } from '../protocol/tensor.ts';

/** Values of the segments that are derived from inputs: by column, one value per row. */
export type DerivedSegments = Readonly<Record<string, readonly (string | null)[]>>;

/** Distinct values kept apart per column; a user id taken for a segment must not fill the memory. */
const maxValuesPerColumn = 1000;
const otherValue = '(other)';
/** Columns kept apart, for the same reason; the log keeps fewer. Segments of further columns are passed over. */
const maxColumns = 128;
const maxValueLength = 128;

/** Names a value's segment, keeps the number of distinct values per column bounded. */
export class SegmentReader {
  readonly #derived: readonly (readonly [string, SegmentSource & { input: string }])[];
  readonly #seen = new Map<string, Set<string>>();

  constructor(sources: Readonly<Record<string, SegmentSource>>) {
    for (const name of Object.keys(sources)) this.#seen.set(name, new Set());
    this.#derived = Object.entries(sources).flatMap(([name, source]) =>
      source.input === undefined ? [] : [[name, { ...source, input: source.input }] as const],
    );
  }

  /** Segments that came with the request, rare values of crowded columns folded into `(other)`. */
  given(segments: Readonly<Record<string, string>>): Record<string, string> {
    const bounded: Record<string, string> = {};
    // Sorted, so that equal segments make equal text whatever order they came in.
    for (const name of Object.keys(segments).sort()) {
      const value = this.#bounded(name, segments[name]!);
      if (value !== null) bounded[name] = value;
    }
    return bounded;
  }

  derived(inputs: readonly Tensor[], rows: number): DerivedSegments {
    const columns: Record<string, (string | null)[]> = {};
    for (const [name, source] of this.#derived) {
      columns[name] = Array.from({ length: rows }, (_, row) => {
        const value = valueAt(inputs, source, row, rows);
        return value === undefined ? null : this.#bounded(name, segmentText(value, source.bins));
      });
    }
    return columns;
  }

  /** Null where there are too many columns already. */
  #bounded(column: string, value: string): string | null {
    const seen = this.#seen.get(column) ?? new Set<string>();
    if (!this.#seen.has(column) && this.#seen.size >= maxColumns) return null;
    this.#seen.set(column, seen);
    if (seen.has(value)) return value;
    if (seen.size >= maxValuesPerColumn) return otherValue;
    seen.add(value);
    return value;
  }
}

function valueAt(
  inputs: readonly Tensor[],
  source: SegmentSource,
  row: number,
  rows: number,
): number | bigint | string | undefined {
  const input = inputs.find((tensor) => tensor.name === source.input);
  if (!input || input.shape[0] !== rows || rows === 0) return undefined;
  const width = input.data.length / rows;
  const column = source.column ?? 0;
  return column < width ? input.data[row * width + column] : undefined;
}

/** The text of a value, or of the bin it falls into: below the first edge, between two, from the last on. */
function segmentText(value: number | bigint | string, bins: readonly number[] | undefined): string {
  if (!bins || typeof value === 'string') {
    return String(value).slice(0, maxValueLength).toWellFormed();
  }
  const number = Number(value);
  if (Number.isNaN(number)) return 'nan';
  const above = bins.findIndex((edge) => number < edge);
  if (above === 0) return `<${bins[0]}`;
  if (above === -1) return `>=${bins.at(-1)}`;
  return `${bins[above - 1]}-${bins[above]}`;
}
