import type { SegmentSource } from '../config/deployment.ts';
import type { Tensor } from '../protocol/tensor.ts';
import { maxSegmentValues } from '../refused-segment.ts';

/** Values of the segments that are derived from inputs: by column, one value per row. */
export type DerivedSegments = Readonly<Record<string, readonly (string | null)[]>>;

/** Columns kept apart; the log keeps fewer. Segments of further columns are passed over. */
const maxColumns = 128;
const maxValueLength = 128;

/** Names a value's segment. A column with too many values is passed over from then on: a user id must not fill the memory. */
export class SegmentReader {
  readonly #derived: readonly (readonly [string, SegmentSource & { input: string }])[];
  /** By column; null for one that has too many values. */
  readonly #seen = new Map<string, Set<string> | null>();

  constructor(sources: Readonly<Record<string, SegmentSource>>) {
    for (const name of Object.keys(sources)) this.#seen.set(name, new Set());
    this.#derived = Object.entries(sources).flatMap(([name, source]) =>
      source.input === undefined ? [] : [[name, { ...source, input: source.input }] as const],
    );
  }

  /** Segments that came with the request, but for those of crowded columns. */
  given(segments: Readonly<Record<string, string>>): Record<string, string> {
    const bounded: Record<string, string> = {};
    // Sorted, so that equal segments make equal text whatever order they came in.
    for (const name of Object.keys(segments).sort()) {
      const value = segments[name]!;
      if (this.#admits(name, value)) bounded[name] = value;
    }
    return bounded;
  }

  derived(inputs: readonly Tensor[], rows: number): DerivedSegments {
    const columns: Record<string, (string | null)[]> = {};
    for (const [name, source] of this.#derived) {
      columns[name] = Array.from({ length: rows }, (_, row) => {
        const value = this.#seen.get(name) === null ? undefined : valueAt(inputs, source, row, rows);
        if (value === undefined) return null;
        const text = segmentText(value, source.bins);
        return this.#admits(name, text) ? text : null;
      });
    }
    return columns;
  }

  /** The value that is one too many is let through, so that others see that there were. */
  #admits(column: string, value: string): boolean {
    const known = this.#seen.get(column);
    if (known === null) return false;
    if (known?.has(value)) return true;
    if (known === undefined && this.#seen.size >= maxColumns) return false;
    const seen = known ?? new Set<string>();
    seen.add(value);
    this.#seen.set(column, seen.size > maxSegmentValues ? null : seen);
    return true;
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
