import { describe, expect, it } from 'vitest';
import { InterferenceBlock } from '../../src/shadow/interference-block.ts';
import { blockInterval, InterferenceEpoch } from '../../src/shadow/interference-epoch.ts';
import { InterferenceHistogram } from '../../src/shadow/interference-histogram.ts';
import { seededRandom } from '../support/random.ts';

function sums(n: number, mean: number, deviation: number) {
  return { n, sum: n * mean, sumSquares: n * (deviation ** 2 + mean ** 2) };
}

function standardNormal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** A block with these latencies in its windows, milliseconds. */
function blockOf(on: readonly number[], off: readonly number[]): InterferenceBlock {
  const block = new InterferenceBlock();
  Object.assign(block.on, { fromMicroseconds: 0, toMicroseconds: 1e6 });
  Object.assign(block.off, { fromMicroseconds: 1e6, toMicroseconds: 2e6 });
  const add = (arrivedMicroseconds: number, latencyMs: number) =>
    block.add({
      answeredMicroseconds: arrivedMicroseconds + latencyMs * 1000,
      requests: [{ arrivedMicroseconds }],
    });
  on.forEach((latencyMs, i) => {
    add(i, latencyMs);
  });
  off.forEach((latencyMs, i) => {
    add(1e6 + i, latencyMs);
  });
  return block;
}

/** An epoch of blocks with these ln ratios. */
function epochOf(logDifferences: readonly number[], alpha = 0.05): InterferenceEpoch {
  const epoch = new InterferenceEpoch(1, alpha);
  const block = blockOf([1], [1]);
  for (const logDifference of logDifferences) epoch.add({ logDifference, meanLog: 0 }, block);
  return epoch;
}

describe('the interval over blocks', () => {
  it.each([
    [200, 1, 0.05, 0.21462181636369],
    [30, 0.1, 0.05, 0.06446956015966],
    [500, 0.1, 0.05, 0.01377186301356],
    [100, 0.1, 0.01, 0.03612624529554],
  ])('at %d blocks of deviation %d and level %d has half-width %d', (n, deviation, alpha, half) => {
    const interval = blockInterval(sums(n, 0.02, deviation), alpha);
    expect(interval?.estimate).toBeCloseTo(0.02, 12);
    expect((interval?.upper ?? 0) - 0.02).toBeCloseTo(half, 8);
    expect(0.02 - (interval?.lower ?? 0)).toBeCloseTo(half, 8);
  });

  it('is not given before 30 blocks', () => {
    expect(blockInterval(sums(29, 0, 1), 0.05)).toBeNull();
    expect(epochOf(Array(29).fill(0.1)).interference).toBeNull();
  });

  it.each([
    { tails: 'no', draw: standardNormal },
    {
      tails: 'heavy',
      draw: (random: () => number) => (random() < 0.03 ? 20 : 1) * standardNormal(random),
    },
  ])('misses the truth at any look in at most 5% of runs over blocks with $tails tails', ({ draw }) => {
    const random = seededRandom(11);
    const runs = 400;
    let missed = 0;
    for (let run = 0; run < runs; run++) {
      const epoch = new InterferenceEpoch(1, 0.05);
      const block = new InterferenceBlock();
      for (let i = 0; i < 150; i++) {
        epoch.add({ logDifference: Math.log(1.1) + 0.08 * draw(random), meanLog: 0 }, block);
        const found = epoch.interference;
        if (found && (found.lower > 0.1 || found.upper < 0.1)) {
          missed++;
          break;
        }
      }
    }
    expect(missed / runs).toBeLessThanOrEqual(0.05);
  });
});

describe('the interference of an epoch', () => {
  it('is the ratio of geometric means minus 1', () => {
    const found = epochOf(Array(30).fill(Math.log(1.12))).interference;
    expect(found).toMatchObject({ share: 1, blocks: 30, requests: 60 });
    expect(found?.estimate).toBeCloseTo(0.12, 12);
    expect(found?.lower).toBeCloseTo(0.12, 6);
    expect(found?.upper).toBeCloseTo(0.12, 6);
  });

  it('is not carried away by one block in which the machine stood still', () => {
    const usual = Array.from({ length: 99 }, (_, i) => 0.02 * Math.sin(i));
    const width = (found: InterferenceEpoch['interference']) =>
      found ? found.upper - found.lower : Number.NaN;
    const calm = epochOf([...usual, 0]).interference;
    const stalled = epochOf([...usual, Math.log(5000)]).interference;
    expect(stalled?.estimate).toBeLessThan(0.01);
    expect(width(stalled)).toBeLessThan(width(calm) * 6);
  });

  it('is found in full however large it is, since blocks are held to the median one', () => {
    expect(epochOf(Array(40).fill(Math.log(9))).interference?.estimate).toBeCloseTo(8, 9);
  });

  it('gives 99th percentiles from 1,000 requests on either side on', () => {
    const epoch = new InterferenceEpoch(1, 0.05);
    const ramp = Array.from({ length: 100 }, (_, i) => i + 1);
    const block = blockOf(
      ramp.map((ms) => 3 * ms),
      ramp,
    );
    for (let i = 0; i < 30; i++) epoch.add({ logDifference: 0.1, meanLog: 0 }, block);
    const p99 = epoch.interference?.p99;
    expect(p99?.withoutShadowsMs).toBeGreaterThan(98);
    expect(p99?.withoutShadowsMs).toBeLessThan(100);
    expect((p99?.withShadowsMs ?? 0) / (p99?.withoutShadowsMs ?? 1)).toBeCloseTo(3, 1);
    expect(epochOf(Array(30).fill(0.1)).interference?.p99).toBeNull();
  });
});

describe('a block', () => {
  it('counts a request in the window it arrived in, however late its answer comes', () => {
    const block = blockOf([1, 1, 4000], [1, 1, 1]);
    expect([block.on.requests, block.off.requests]).toEqual([3, 3]);
    expect(block.result(3)?.logDifference).toBeCloseTo(Math.log(4000) / 3, 12);
    expect(block.result(3)?.meanLog).toBeCloseTo(Math.log(1000) + Math.log(4000) / 6, 12);
  });

  it('leaves out what arrived before, between and after its windows', () => {
    const block = new InterferenceBlock();
    Object.assign(block.off, { fromMicroseconds: 100, toMicroseconds: 200 });
    Object.assign(block.on, { fromMicroseconds: 300, toMicroseconds: 400 });
    const requests = [99, 100, 199.9, 200, 299, 300, 350, 400, 500].map((arrivedMicroseconds) => ({
      arrivedMicroseconds,
    }));
    block.add({ answeredMicroseconds: 1000, requests });
    expect([block.off.requests, block.on.requests]).toEqual([2, 2]);
    block.clear();
    block.add({ answeredMicroseconds: 1000, requests });
    expect([block.off.requests, block.on.requests]).toEqual([0, 0]);
  });

  it('says nothing with too few requests in either window', () => {
    expect(blockOf([1, 1, 1], [1, 1]).result(3)).toBeNull();
    expect(blockOf([], []).result(0)).toBeNull();
  });
});

describe('the histogram of latencies', () => {
  it('has quantiles within 1% of the true ones, alone and merged', () => {
    const [even, odd] = [new InterferenceHistogram(), new InterferenceHistogram()];
    // 0.1…1000 ms, step 0.1: p50 500, p95 950, p99 990.
    for (let i = 1; i <= 10_000; i++) (i % 2 === 0 ? even : odd).add(Math.log(i * 100));
    expect(Math.exp(even.logQuantile(0.5)) / 500_000).toBeCloseTo(1, 2);
    even.merge(odd);
    expect(even.total).toBe(10_000);
    for (const [p, value] of [
      [0.5, 500_000],
      [0.95, 950_000],
      [0.99, 990_000],
    ] as const) {
      expect(Math.abs(Math.exp(even.logQuantile(p)) / value - 1)).toBeLessThan(0.01);
    }
  });

  it('takes what is faster than a microsecond and slower than a minute', () => {
    const histogram = new InterferenceHistogram();
    histogram.add(0);
    histogram.add(Math.log(1e12));
    expect(histogram.logQuantile(0.25)).toBeLessThan(0.02);
    expect(histogram.logQuantile(1)).toBeGreaterThan(Math.log(6e7));
    histogram.clear();
    expect(histogram.logQuantile(0.5)).toBeNaN();
  });
});
