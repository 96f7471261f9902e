import type { Report } from '../../../src/analysis/report/report.ts';

type Flips = NonNullable<Report['flips']>;

/** More labels than this make no matrix that can be read. */
export const mostLabels = 10;

export interface FlipMatrix {
  /** Of rows (what the primary says) and columns (what the shadow says). */
  readonly labels: readonly string[];
  /** Rows of traffic by primary, then by shadow label; null on the diagonal, where both say the same. */
  readonly counts: readonly (readonly (number | null)[])[];
  readonly most: number;
  readonly total: number;
}

/** Null where there are no flips, or more labels than a matrix can show. */
export function flipMatrix(flips: Flips): FlipMatrix | null {
  const labels = flipLabels(flips);
  if (labels.length === 0 || labels.length > mostLabels) return null;
  const byPair = new Map(flips.map((flip) => [JSON.stringify([flip.primary, flip.shadow]), flip.n]));
  return {
    labels,
    counts: labels.map((primary) =>
      labels.map((shadow) =>
        primary === shadow ? null : (byPair.get(JSON.stringify([primary, shadow])) ?? 0),
      ),
    ),
    most: Math.max(...flips.map(({ n }) => n)),
    total: flips.reduce((sum, { n }) => sum + n, 0),
  };
}

/** Every label that either version gave where they disagree; numbers by size, words by alphabet. */
export function flipLabels(flips: Flips): string[] {
  const labels = [...new Set(flips.flatMap(({ primary, shadow }) => [primary, shadow]))];
  return labels.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}
