import type { Rate } from '../report/report.ts';
import type { Interval } from '../statistics/interval.ts';

/**
 * How two versions fared over time, as HTTP gives it: over the same rows as the report of the same window, so one of each entity where
 * rows have one, unless said otherwise. Times are event times, ISO 8601, UTC.
 */
export interface Timeline {
  readonly model: string;
  readonly primary: string;
  readonly shadow: string;
  readonly generated_at: string;
  /** As in the report. */
  readonly window: { readonly from: string | null; readonly to: string | null };
  /** Width of a bucket: the least of 1, 5 and 15 minutes, 1 and 6 hours, 1 day, 1, 2, 4, 8 … weeks that makes at most 200 of them. */
  readonly bucket_seconds: number;
  /** Oldest first; empty ones are left out. */
  readonly buckets: readonly TimelineBucket[];
  /**
   * Agreement since the start of the window at the end of each bucket that has pairs, with the anytime-valid interval of the report: all
   * points together hold the true rate but for α, as long as it does not change.
   */
  readonly running_agreement: readonly (Interval & {
    /** End of the bucket. */
    readonly at: string;
    /** Pairs with both outcomes so far. */
    readonly n: number;
  })[];
  /** Compared rows, those of repeated entities too, by hour of week: 7 days, Monday first, of 24 hours, UTC. */
  readonly hours_of_week: readonly (readonly number[])[];
  /** Null where no latency is known. */
  readonly latency: LatencyDistributions | null;
}

export interface TimelineBucket {
  /** Its start. */
  readonly at: string;
  /** All traffic, requests and rows; it is counted by the hour, so these four are null where buckets are narrower than that. */
  readonly requests: number | null;
  readonly rows: number | null;
  readonly sampled: number | null;
  readonly dropped: number | null;
  /** Compared rows, those of repeated entities too. */
  readonly compared: number;
  /** Of this bucket alone: the interval of section 1 of docs/statistics.md, each by itself. Null without a pair of outcomes. */
  readonly agreement: Interval | null;
  /** Of the compared rows, as in the report's blocks; both null without a row that counts. */
  readonly errors: { readonly primary: Rate | null; readonly shadow: Rate | null };
  /** Labelled rows older than the label maturity, and the share that each version got right; null where there is none, and for a regression or an embedding. */
  readonly accuracy: { readonly n: number; readonly primary: number; readonly shadow: number } | null;
  /** Queue and compute together, of the first row of each request. */
  readonly latency_ms: {
    readonly primary: BucketLatency | null;
    readonly shadow: BucketLatency | null;
  };
}

export interface BucketLatency {
  readonly p50: number;
  readonly p99: number;
}

/** Null for what does not run. */
export interface LanesOf<Value> {
  readonly primary: Value | null;
  readonly shadow: Value | null;
  readonly control: Value | null;
}

/** Requests by latency, on one grid whose cells are equally wide on a logarithmic scale: the first row of each request. */
export interface LatencyDistributions {
  /** At most 97, ascending: one more than each list of counts. A latency of zero is in the first cell. */
  readonly edges_ms: readonly number[];
  readonly total: LanesOf<readonly number[]>;
  readonly queue: LanesOf<readonly number[]>;
  readonly compute: LanesOf<readonly number[]>;
}
