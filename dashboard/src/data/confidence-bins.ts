import type { ConfidenceReport } from '../../../src/analysis/report/report.ts';

export interface ConfidenceBin {
  readonly from: number;
  readonly to: number;
  /** Percent of the rows in which both versions gave a confidence. */
  readonly primary: number;
  readonly shadow: number;
}

/** The histogram in percent of its rows, without the empty bins at either end. */
export function confidenceBins({ edges, primary, shadow }: ConfidenceReport['histogram']): ConfidenceBin[] {
  const [ofPrimary, ofShadow] = [sumOf(primary), sumOf(shadow)];
  const bins = primary.map((n, index) => ({
    from: edges[index] ?? 0,
    to: edges[index + 1] ?? 1,
    primary: (100 * n) / (ofPrimary || 1),
    shadow: (100 * (shadow[index] ?? 0)) / (ofShadow || 1),
  }));
  const filled = ({ primary: p, shadow: s }: ConfidenceBin) => p + s > 0;
  const first = bins.findIndex(filled);
  return first === -1 ? [] : bins.slice(first, bins.findLastIndex(filled) + 1);
}

/** The steps of the shadow's histogram as the points of one line, from the axis and back to it. */
export function outlineOf(bins: readonly ConfidenceBin[]): { readonly x: number; readonly y: number }[] {
  const [first, last] = [bins[0], bins.at(-1)];
  if (first === undefined || last === undefined) return [];
  const steps = bins.flatMap(({ from, to, shadow }) => [
    { x: from, y: shadow },
    { x: to, y: shadow },
  ]);
  return [{ x: first.from, y: 0 }, ...steps, { x: last.to, y: 0 }];
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, n) => sum + n, 0);
}
