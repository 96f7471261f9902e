import type { Tallies } from '../rows/tallies.ts';
import {
  asymptoticHalfWidth,
  asymptoticInterval,
  type MeanSums,
  meanOf,
  varianceOf,
} from '../statistics/asymptotic-sequence.ts';
import type { Interval } from '../statistics/interval.ts';
import { type LatencySketch, sketchOf } from '../statistics/latency-sketch.ts';
import type { LatencyQuantiles, LatencyReport } from './report.ts';

/** Latencies of one set of requests: both sides, and the sums of ln(side s total / primary total). */
export interface LatencySums {
  readonly primary: LatencyQuantiles | null;
  readonly other: LatencyQuantiles | null;
  readonly logRatio: MeanSums;
}

/** Null where nothing was counted. */
function quantilesOf(tallies: Tallies, side: 'p' | 's'): LatencyQuantiles | null {
  const [total, compute, queue] = (['total', 'compute', 'queue'] as const).map((part) => {
    const tally = tallies.of.get(`${side}_${part}`);
    return tally && sketchOf(tally.values, tally.counts);
  });
  if (total === undefined || compute === undefined || queue === undefined) return null;
  const milliseconds = (sketch: LatencySketch, share: number) => sketch.getValueAtQuantile(share) / 1000;
  return {
    p50: milliseconds(total, 0.5),
    p90: milliseconds(total, 0.9),
    p99: milliseconds(total, 0.99),
    compute_p50: milliseconds(compute, 0.5),
    compute_p90: milliseconds(compute, 0.9),
    compute_p99: milliseconds(compute, 0.99),
    queue_p50: milliseconds(queue, 0.5),
  };
}

export function latencySums(tallies: Tallies): LatencySums {
  return {
    primary: quantilesOf(tallies, 'p'),
    other: quantilesOf(tallies, 's'),
    logRatio: tallies.logRatio,
  };
}

export function latencyReport(
  shadow: LatencySums | undefined,
  control: LatencySums | undefined,
  alpha: number,
): LatencyReport | null {
  if (shadow === undefined || (shadow.primary === null && shadow.other === null)) return null;
  return {
    primary: shadow.primary,
    shadow: shadow.other,
    control: control?.other ?? null,
    ratio: ratioOf(shadow.logRatio, control?.logRatio ?? null, alpha),
  };
}

/**
 * Geometric mean ratio with its interval. Against the control it is the difference of two paired means, ln(shadow/primary)
 * and ln(control/primary), each with an interval at α/2: shadow and control need not have sampled the same requests.
 */
function ratioOf(shadow: MeanSums, control: MeanSums | null, alpha: number): LatencyReport['ratio'] {
  const plain = asymptoticInterval(shadow, alpha);
  if (plain === null) return null;
  if (control === null || asymptoticInterval(control, alpha) === null) {
    return { ...exponential(plain), against: 'primary' };
  }
  const half = (sums: MeanSums) => asymptoticHalfWidth(Math.sqrt(varianceOf(sums)), sums.n, alpha / 2);
  const estimate = meanOf(shadow) - meanOf(control);
  const width = half(shadow) + half(control);
  return {
    ...exponential({ estimate, lower: estimate - width, upper: estimate + width }),
    against: 'control',
  };
}

function exponential({ estimate, lower, upper }: Interval): Interval {
  return { estimate: Math.exp(estimate), lower: Math.exp(lower), upper: Math.exp(upper) };
}
