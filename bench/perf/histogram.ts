import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
} from 'hdr-histogram-js';

export type { Histogram };

/**
 * Latencies in microseconds, to three digits (HdrHistogram; Tene). Histograms are merged and percentiles taken of the
 * merged one: percentiles themselves cannot be merged.
 */
export function latencyHistogram(...milliseconds: readonly Float64Array[]): Histogram {
  const histogram = build({ bitBucketSize: 32, autoResize: true, numberOfSignificantValueDigits: 3 });
  for (const some of milliseconds) {
    for (const one of some) histogram.recordValue(Math.max(1, Math.round(one * 1000)));
  }
  return histogram;
}

export function mergeHistograms(all: readonly Histogram[]): Histogram {
  const merged = latencyHistogram();
  for (const one of all) merged.add(one);
  return merged;
}

/** Milliseconds; the mean for `null`. Null where nothing was recorded. */
export function latencyAt(histogram: Histogram, percentile: number | null): number | null {
  if (histogram.totalCount === 0) return null;
  return (percentile === null ? histogram.mean : histogram.getValueAtPercentile(percentile)) / 1000;
}

/** HdrHistogram's own interchange form: V2, deflated, base64. Every HdrHistogram library reads it. */
export function encodeHistogram(histogram: Histogram): string {
  return encodeIntoCompressedBase64(histogram);
}

export function decodeHistogram(text: string): Histogram {
  return decodeFromCompressedBase64(text, 32, false);
}
