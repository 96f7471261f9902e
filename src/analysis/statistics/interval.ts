/** An estimate with its two-sided interval, in the unit of the estimate. */
export interface Interval {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
}
