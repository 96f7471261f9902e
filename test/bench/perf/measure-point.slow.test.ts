import { describe, expect, it } from 'vitest';
import { anyInputs } from '../../../bench/inputs/input-choice.ts';
import { GeneratorFleet } from '../../../bench/perf/generator-fleet.ts';
import { measurePoint } from '../../../bench/perf/measure-point.ts';
import type { PerfOptions } from '../../../bench/perf/perf-options.ts';
import { startStallingServer } from '../stalling-server.ts';

const range = { start: 30, end: 30, step: 1 };

function options(url: string): PerfOptions {
  return {
    ...{ model: 'm', version: null, url, metricsUrl: 'http://127.0.0.1:9/metrics', batchSizes: [1], seed: 1 },
    load: { kind: 'request rate', range, distribution: 'constant' },
    ...{ binarySearch: false, latencyThresholdMilliseconds: null, percentile: null },
    windows: { mode: 'count_windows', requests: 50 },
    ...{ stabilityPercentage: 10_000, maxTrials: 3, binary: false, generators: 1, connections: 4 },
    inputs: { ...anyInputs, data: 'zero' },
    ...{ json: null, csv: null, compare: null },
  };
}

const order = (url: string) => ({
  ...{ batchSize: 1, load: 30, address: `${url}/v2/models/m/infer` },
  requests: [{ headers: {}, body: Buffer.from('{}') }],
});

describe('a point', () => {
  it('has windows of whole seconds with as many requests as are asked for', async () => {
    await using server = await startStallingServer();
    using fleet = new GeneratorFleet(1, 1);
    const { windows } = await measurePoint(options(server.url), order(server.url), fleet, () => {});
    expect(windows).toHaveLength(3);
    for (const { answered, seconds } of windows) {
      expect(answered).toBeGreaterThanOrEqual(50);
      expect(Math.round(seconds)).toBe(2);
    }
  });

  it('ends when nothing is answered, and says so with the ages of what waits', async () => {
    await using server = await startStallingServer();
    server.stall(600_000);
    using fleet = new GeneratorFleet(1, 1);
    const short = { ...options(server.url), windows: { mode: 'time_windows', milliseconds: 200 } } as const;
    const point = await measurePoint({ ...short, maxTrials: 10 }, order(server.url), fleet, () => {});
    expect(point.windows).toHaveLength(3);
    expect(point).toMatchObject({ stable: false, fellBehind: true, requestsPerSecond: 0 });
    expect(point.unanswered).toBeGreaterThan(15);
    // The load lasted for four windows, and then nobody was waited for longer than two seconds.
    expect(point.maxMilliseconds).toBeGreaterThan(2000);
  });
});
