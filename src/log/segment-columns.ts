import type { Report } from './log-message.ts';

/** Every segment is a column of its own; without a bound a client could widen the tables at will. */
export const maxSegmentColumns = 64;
const segmentName = /^[a-z][a-z0-9_]{0,62}$/;
const maxRefusals = 1000;

/** Decides which segments become columns. What it refuses is not stored and is reported once for each name. */
export class SegmentColumns {
  readonly #report: Report;
  readonly #refused = new Set<string>();

  constructor(report: Report) {
    this.#report = report;
  }

  /** The columns (`seg_country`) that the segments need and the table lacks. */
  missing(segments: Iterable<string>, present: readonly { readonly name: string }[]): string[] {
    const columns = new Set(present.map((column) => column.name));
    let room = maxSegmentColumns - [...columns].filter((name) => name.startsWith('seg_')).length;
    const missing = new Set<string>();
    for (const segment of segments) {
      const column = `seg_${segment}`;
      if (columns.has(column) || missing.has(column)) continue;
      if (!segmentName.test(segment)) {
        this.#refuse(segment, 'its name is not of the form [a-z][a-z0-9_]* with at most 63 characters');
      } else if (room === 0) {
        this.#refuse(
          segment,
          `there are ${maxSegmentColumns} segment columns already, the most there may be`,
        );
      } else {
        missing.add(column);
        room--;
      }
    }
    return [...missing];
  }

  #refuse(segment: string, reason: string): void {
    if (this.#refused.has(segment) || this.#refused.size >= maxRefusals) return;
    this.#refused.add(segment);
    this.#report('warn', { segment }, `The segment ${JSON.stringify(segment)} is not logged: ${reason}.`);
  }
}
