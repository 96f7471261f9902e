import { describe, expect, it } from 'vitest';
import {
  decodeHistogram,
  encodeHistogram,
  latencyAt,
  latencyHistogram,
  mergeHistograms,
} from '../../../bench/perf/histogram.ts';

const upTo = (from: number, to: number) => Float64Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('a histogram of latencies', () => {
  it('tells percentiles and the mean to three digits, in milliseconds', () => {
    const histogram = latencyHistogram(upTo(1, 1000));
    expect(latencyAt(histogram, null)! / 500.5).toBeCloseTo(1, 2);
    for (const percentile of [50, 90, 99])
      expect(latencyAt(histogram, percentile)! / (percentile * 10)).toBeCloseTo(1, 2);
    expect(latencyAt(latencyHistogram(Float64Array.of(0.0123)), 50)).toBe(0.012);
  });

  it('is the same after it was written and read, from a microsecond to an hour', () => {
    const histogram = latencyHistogram(Float64Array.of(0, 0.001, 1, 20, 3_600_000));
    const read = decodeHistogram(encodeHistogram(histogram));
    expect(read.totalCount).toBe(5);
    for (const percentile of [20, 40, 60, 80, 100]) {
      expect(latencyAt(read, percentile)).toBe(latencyAt(histogram, percentile));
    }
    expect(latencyAt(read, 100)! / 3_600_000).toBeCloseTo(1, 2);
  });

  it('merges into what one of all would be, which percentiles cannot', () => {
    const merged = mergeHistograms([
      decodeHistogram(encodeHistogram(latencyHistogram(upTo(1, 900)))),
      latencyHistogram(upTo(901, 1000)),
    ]);
    const whole = latencyHistogram(upTo(1, 1000));
    for (const percentile of [1, 50, 90, 99, 100]) {
      expect(latencyAt(merged, percentile)).toBe(latencyAt(whole, percentile));
    }
  });

  it('tells nothing of nothing, and can be written all the same', () => {
    expect(latencyAt(latencyHistogram(), 99)).toBeNull();
    expect(latencyAt(decodeHistogram(encodeHistogram(latencyHistogram())), null)).toBeNull();
  });
});
