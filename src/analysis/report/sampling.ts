import type { Segment } from './report.ts';

/** How requests are sampled now, whatever the window of the report. */
export interface SamplingReport {
  /** `uniform`: all alike; `by_segment`: within a budget, more of what is rare. */
  readonly kind: 'uniform' | 'by_segment';
  /** Share of all rows, or rows per second; null where it is uniform. */
  readonly budget: { readonly amount: number; readonly unit: 'share' | 'rows_per_second' } | null;
  /** Share of the present traffic that is mirrored, after what the governor took away; in [0, 1]. */
  readonly share: number;
  /** Before what the governor takes away, highest first; null where it is uniform. */
  readonly rates: readonly SegmentRate[] | null;
  /** How many more segments there are: those with the lowest rates. */
  readonly rates_omitted: number;
}

export interface SegmentRate {
  readonly segment: Segment;
  readonly rate: number;
  /** Rows towards the target of `readiness.samples`, as the sampler counts them. */
  readonly compared: number;
}
