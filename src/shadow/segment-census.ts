import type { TrafficCount } from '../log/traffic-count.ts';
import { maxSegmentValues, type RefusedSegment, refusedSegment } from '../refused-segment.ts';
import { BoundedTexts } from './bounded-texts.ts';

/** Columns that are looked at; requests can bring no more through the workers. */
const maxColumns = 128;
/** Combinations that traffic is counted by; beyond them, new ones are counted by what is declared, then as one. */
const maxCombinations = 10_000;
const maxLetters = 4_000_000;

/**
 * Counts the distinct values of each segment of a model, over all of its workers, and refuses a column with too many: a user id
 * that was given as a segment would fill memory, log and report. Workers refuse each by themselves what they see too much of
 * (`SegmentReader`); here they are taken together.
 */
export class SegmentCensus {
  readonly #declared: ReadonlySet<string>;
  readonly #onRefused: (refused: RefusedSegment) => void;
  readonly #seen = new Map<string, Set<string>>();
  readonly #combinations = new BoundedTexts(maxCombinations, maxLetters);
  readonly #declaredCombinations = new BoundedTexts(maxCombinations, maxLetters);
  readonly #refused = new Map<string, RefusedSegment>();

  /** @param onRefused told once for each column */
  constructor(declared: readonly string[], onRefused: (refused: RefusedSegment) => void) {
    this.#declared = new Set(declared);
    this.#onRefused = onRefused;
  }

  get refused(): readonly RefusedSegment[] {
    return [...this.#refused.values()];
  }

  isRefused(column: string): boolean {
    return this.#refused.has(column);
  }

  refuse(column: string): void {
    if (this.#refused.has(column) || this.#refused.size >= maxColumns) return;
    const refused = refusedSegment(column);
    this.#refused.set(column, refused);
    this.#seen.delete(column);
    this.#onRefused(refused);
  }

  /** The counts without refused columns, and by a bounded number of combinations. */
  bound(counts: readonly TrafficCount[]): TrafficCount[] {
    return counts.map((count) => ({ ...count, segments: this.#bounded(count.segments) }));
  }

  #bounded(segments: TrafficCount['segments']): TrafficCount['segments'] {
    const kept = this.#only(segments, (column) => this.#admits(column, segments[column]!));
    if (this.#combinations.admits(JSON.stringify(kept))) return kept;
    const declared = this.#only(kept, (column) => this.#declared.has(column));
    return this.#declaredCombinations.admits(JSON.stringify(declared)) ? declared : {};
  }

  #only(
    segments: TrafficCount['segments'],
    isWanted: (column: string) => boolean,
  ): Readonly<Record<string, string>> {
    return Object.fromEntries(Object.entries(segments).filter(([column]) => isWanted(column)));
  }

  /** The value that is one too many is let through, so that the log, too, can tell that there were. */
  #admits(column: string, value: string): boolean {
    if (this.#refused.has(column)) return false;
    let seen = this.#seen.get(column);
    if (!seen) {
      if (this.#seen.size >= maxColumns) return false;
      seen = new Set();
      this.#seen.set(column, seen);
    }
    seen.add(value);
    if (seen.size > maxSegmentValues) this.refuse(column);
    return true;
  }
}
