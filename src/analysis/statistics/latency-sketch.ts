import { DDSketch } from '@datadog/sketches-js';

/** A quantile is off by no more than this share of itself. */
const relativeError = 0.01;
/** Below it a latency is called zero: a nanosecond. */
const shortestMicroseconds = 1e-3;
/** Above it a latency is called this long: eleven days. */
const longestMicroseconds = 1e12;
/** Stands for zero, which no logarithm reaches. */
const zeroBucket = -32_768;

const { mapping } = new DDSketch({ relativeAccuracy: relativeError });
/** 1 / log2 γ, with γ = (1 + error) / (1 − error) the ratio of a bucket's ends; to the last bit as the library has it. */
const bucketsPerOctave = (1 / Math.log1p((2 * relativeError) / (1 - relativeError))) * Math.LN2;

/**
 * A distribution of latencies as a DDSketch (Masson, Rim, Lee 2019): counts of logarithmic buckets, so those of several hours,
 * instances or lakes simply add up, and a quantile of the sum is as good as one of all rows. Quantiles themselves cannot be merged.
 */
export type LatencySketch = DDSketch;

/** SQL for the bucket of a latency in microseconds (a DOUBLE): a SMALLINT, null for null. It is the sketch's own `key`. */
export function bucketSql(microseconds: string): string {
  const inRange = `least(${microseconds}, ${longestMicroseconds}::DOUBLE)`;
  return `CASE WHEN ${microseconds} >= ${shortestMicroseconds}::DOUBLE
      THEN CAST(ceil(log2(${inRange}) * CAST('${bucketsPerOctave}' AS DOUBLE)) AS SMALLINT)
    WHEN ${microseconds} IS NOT NULL THEN CAST(${zeroBucket} AS SMALLINT) END`;
}

/** The sketch of so many latencies in each bucket, in microseconds. */
export function sketchOf(buckets: readonly number[], counts: readonly number[]): LatencySketch {
  const sketch = new DDSketch({ relativeAccuracy: relativeError });
  buckets.forEach((bucket, index) => {
    // The middle of a bucket lies in it, whatever rounding does.
    sketch.accept(microsecondsOf(bucket), counts[index]);
  });
  return sketch;
}

/** The latency that stands for a bucket: at most 1% off any in it. */
export function microsecondsOf(bucket: number): number {
  return isZero(bucket) ? 0 : mapping.value(bucket);
}

/** The longest latency of a bucket that is not zero's, which is where the next one begins. */
export function upperEndMicroseconds(bucket: number): number {
  return mapping.value(bucket) / (1 - relativeError);
}

export function isZero(bucket: number): boolean {
  return bucket === zeroBucket;
}
