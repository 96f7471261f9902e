import {
  asymptoticHalfWidth,
  informativeObservations,
  type MeanSums,
  meanOf,
  varianceOf,
} from '../analysis/statistics/asymptotic-sequence.ts';
import type { Interval } from '../analysis/statistics/interval.ts';
import type { BlockResult, InterferenceBlock } from './interference-block.ts';
import { InterferenceHistogram } from './interference-histogram.ts';

/**
 * By how much shadows slow the primary down: ratio of geometric mean latencies with and without them, minus 1
 * (0.03: 3% slower), with its anytime-valid interval.
 */
export interface Interference extends Interval {
  /** The factor on the configured samples under which it was measured. */
  readonly share: number;
  readonly blocks: number;
  /** Counted requests, both windows together. */
  readonly requests: number;
  /**
   * 99th percentiles of all counted requests: estimates without an interval, which one stall in a window can move
   * far. Null before there are 1,000 requests on either side.
   */
  readonly p99: { readonly withShadowsMs: number; readonly withoutShadowsMs: number } | null;
}

/** How far a block may lie from the median one: a stall of the machine must not blind an epoch for its rest. */
const reach = Math.log(2);
/** Blocks at which the interval is to be tightest: an epoch has 30 to 500. */
const tightestAtBlocks = 200;
const requestsForP99 = 1000;

/** Blocks measured under one share of sampling: what was true under another says nothing about this one. */
export class InterferenceEpoch {
  readonly share: number;
  readonly #alpha: number;
  readonly #differences: number[] = [];
  readonly #on = new InterferenceHistogram();
  readonly #off = new InterferenceHistogram();
  #interference: Interference | null = null;

  constructor(share: number, alpha: number) {
    this.share = share;
    this.#alpha = alpha;
  }

  get blocks(): number {
    return this.#differences.length;
  }

  /** Null before 30 blocks. */
  get interference(): Interference | null {
    return this.#interference;
  }

  add({ logDifference }: BlockResult, block: InterferenceBlock): void {
    this.#differences.push(logDifference);
    this.#on.merge(block.on.histogram);
    this.#off.merge(block.off.histogram);
    const interval = blockInterval(sumsWithinReach(this.#differences), this.#alpha);
    if (interval === null) return;
    this.#interference = {
      estimate: Math.expm1(interval.estimate),
      lower: Math.expm1(interval.lower),
      upper: Math.expm1(interval.upper),
      share: this.share,
      blocks: this.#differences.length,
      requests: this.#on.total + this.#off.total,
      p99: this.#p99(),
    };
  }

  #p99(): Interference['p99'] {
    const [on, off] = [this.#on, this.#off];
    if (Math.min(on.total, off.total) < requestsForP99) return null;
    return {
      withShadowsMs: Math.exp(on.logQuantile(0.99)) / 1000,
      withoutShadowsMs: Math.exp(off.logQuantile(0.99)) / 1000,
    };
  }
}

/** Sums of the differences winsorised at a factor of two to either side of their median. */
function sumsWithinReach(differences: readonly number[]): MeanSums {
  const sorted = differences.toSorted((a, b) => a - b);
  const median = (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
  let sum = 0;
  let sumSquares = 0;
  for (const difference of sorted) {
    const within = Math.max(median - reach, Math.min(median + reach, difference));
    sum += within;
    sumSquares += within ** 2;
  }
  return { n: sorted.length, sum, sumSquares };
}

/**
 * Mean of paired differences with the asymptotic confidence sequence, tightest at 200 of them instead of 10,000.
 * To move t* from 10⁴ to 10⁴/k is to count every observation as k of k times the variance:
 * ρ² is inversely proportional to t*, and the sequence depends on t only by tρ² and σ/√t. Null before 30.
 */
export function blockInterval(sums: MeanSums, alpha: number): Interval | null {
  if (sums.n < informativeObservations) return null;
  const k = 1e4 / tightestAtBlocks;
  const estimate = meanOf(sums);
  const half = asymptoticHalfWidth(Math.sqrt(varianceOf(sums) * k), sums.n * k, alpha);
  return { estimate, lower: estimate - half, upper: estimate + half };
}
